import { isUtf8 } from 'node:buffer';
import chardet from 'chardet';

/** Texts as bytes, by name. */
export type RawTags = Record<string, Buffer>;

/** What Windows writes where Latin-1 is meant. */
const LATIN = 'windows-1252';
/**
 * Windows' code pages, by the names under which the detector finds them: it tells languages apart, and
 * tags are written on Windows.
 */
const CODE_PAGES: Readonly<Record<string, string>> = {
  ...{ 'ISO-8859-2': 'windows-1250', 'ISO-8859-9': 'windows-1254', 'windows-1250': 'windows-1250' },
  ...{ 'ISO-8859-5': 'windows-1251', 'windows-1251': 'windows-1251', 'KOI8-R': 'koi8-r' },
  ...{ 'ISO-8859-7': 'windows-1253', 'windows-1253': 'windows-1253', 'windows-1254': 'windows-1254' },
  ...{ 'ISO-8859-8': 'windows-1255', 'windows-1255': 'windows-1255', 'windows-1256': 'windows-1256' },
};
const WESTERN = /^(ISO-8859-1|windows-1252)$/;
/** Fewer letters beyond ASCII tell nothing of an alphabet. */
const LEAST_LETTERS = 6;
/** Of 100: what the detector must say of a language with Latin letters, and twice that of a western one. */
const LEAST_CONFIDENCE = 30;

/**
 * Decodes tags. What is not UTF-8 is in the code page of the writer's computer, which no format
 * records: it is guessed from all such tags together, and the western one if they are too short to
 * tell. `mayBeLegacy`: so is what ffmpeg took for Latin-1.
 */
export function decodeTags(tags: RawTags, { mayBeLegacy }: { mayBeLegacy: boolean }): Record<string, string> {
  const legacy = new Map<string, Buffer>();
  for (const [name, bytes] of Object.entries(tags)) {
    const original = isUtf8(bytes) ? (mayBeLegacy ? asLatin1(String(bytes)) : undefined) : bytes;
    if (original) legacy.set(name, original);
  }
  const encoding = guessed([...legacy.values()]);
  return Object.fromEntries(
    Object.entries(tags).map(([name, bytes]) => {
      const original = legacy.get(name);
      if (!original) return [name, String(bytes)];
      return [name, new TextDecoder(isUtf8(original) ? 'utf-8' : encoding).decode(original)];
    }),
  );
}

/** Returns the bytes of a text that has characters beyond ASCII, all of them in Latin-1. */
function asLatin1(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'latin1');
  return /[\u0080-\u00ff]/.test(text) && bytes.toString('latin1') === text ? bytes : undefined;
}

/**
 * Returns the code page. Where most letters are beyond ASCII, as in Cyrillic or Greek, these alone tell
 * it; otherwise the letters are Latin, and only a clear finding counts.
 */
function guessed(texts: Buffer[]): string {
  const sample = Buffer.concat(texts.flatMap((text) => [text, Buffer.from('\n')]));
  const isAscii = (byte: number) => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  const beyond = sample.filter((byte) => byte >= 0x80).length;
  if (beyond >= LEAST_LETTERS && beyond >= sample.filter(isAscii).length) {
    const found = chardet.analyse(sample.filter((byte) => !isAscii(byte)));
    return found.map(({ name }) => CODE_PAGES[name]).find((page) => page !== undefined) ?? LATIN;
  }
  const found = chardet.analyse(sample);
  const western = Math.max(
    0,
    ...found.filter(({ name }) => WESTERN.test(name)).map((match) => match.confidence),
  );
  const [first] = found;
  const isClear = first && first.confidence >= Math.max(LEAST_CONFIDENCE, 2 * western);
  return (isClear && CODE_PAGES[first.name]) || LATIN;
}
