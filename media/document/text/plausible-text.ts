/** Enough to judge a decoded text by. */
const CHARACTERS = 4000;

/**
 * What a wrong encoding makes of letters: control characters, unassigned ones, symbols or capitals
 * within a word, letters of two alphabets side by side.
 */
const ODD = new RegExp(
  [
    String.raw`[\u0080-\u009f\p{Cn}\p{Co}\uFFFD]`,
    String.raw`(?<=\p{L})[\p{S}\u00a0-\u00bf\u2018-\u203a]+(?=\p{L})(?<![\u00b7\u2019])`,
    String.raw`(?<=\p{L})(?![A-Z])\p{Lu}(?=\p{Ll})`,
    String.raw`(?<=\p{Ll})\p{Lu}(?<![A-Z])(?!\p{L})`,
    String.raw`(?<!\p{L})(?:[\u00d0\u00f0]|[\u0110\u0111](?=[b-df-hj-np-tv-xz]))`,
    String.raw`(?<=[A-Za-z])[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Thai}]`,
    String.raw`[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Hebrew}\p{Script=Arabic}](?=[A-Za-z])`,
  ].join('|'),
  'gu',
);

/** Returns the share of odd characters among those that are not ASCII. */
export function oddShare(text: string): number {
  const beginning = text.slice(0, CHARACTERS);
  const others = beginning.match(/[^\0-\x7f]/gu)?.length ?? 0;
  return others === 0 ? 0 : Math.min(1, (beginning.match(ODD)?.length ?? 0) / others);
}

const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });
/** Without the narrow katakana, which bytes of other languages become in Shift-JIS. */
const IDEOGRAPHS = /^[\p{Script=Han}\u3041-\u30ff]{2,}$/u;

/**
 * Returns the share of characters that are part of words in ICU's dictionary of Chinese and
 * Japanese; in a wrong encoding hardly any are.
 */
export function wordShare(text: string): number {
  const letters = text.slice(0, CHARACTERS).replace(/[\0-\x7f\p{P}\p{S}\p{Z}]+/gu, ' ');
  let inWords = 0;
  for (const { segment } of SEGMENTER.segment(letters))
    if (IDEOGRAPHS.test(segment)) inWords += segment.length;
  return inWords / Math.max(1, letters.replaceAll(' ', '').length);
}
