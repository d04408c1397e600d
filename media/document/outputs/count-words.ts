/** Root locale: the rules of Unicode Annex 29, with dictionaries for scripts that write no spaces (Chinese, Japanese, Thai …). */
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * Words by Unicode's rules, the same in every language: a segment with letters, ideographs, kana or digits. `don't` and `3.14` are one
 * word, `well-known` is two, punctuation and emoji are none; a word hyphenated over two lines is two.
 */
export function countWords(text: string): number {
  let words = 0;
  for (const { isWordLike } of SEGMENTER.segment(text)) if (isWordLike) words++;
  return words;
}
