/**
 * Root locale: the rules of Unicode Annex 29, with dictionaries for scripts written without spaces
 * (Chinese, Japanese, Thai …).
 */
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * Counts words by Unicode's rules, the same in every language: segments with letters, ideographs,
 * kana or digits. `don't` and `3.14` are one word, `well-known` is two, punctuation and emoji are
 * none; a word hyphenated across two lines is two.
 */
export function countWords(text: string): number {
  let words = 0;
  for (const { isWordLike } of SEGMENTER.segment(text)) if (isWordLike) words++;
  return words;
}
