/** Label that TextDecoder accepts, or `utf-32le` or `utf-32be` (decode-text.ts). */
export type EncodingName = string;

const MARKS: readonly { bytes: readonly number[]; name: EncodingName }[] = [
  { bytes: [0xef, 0xbb, 0xbf], name: 'utf-8' },
  { bytes: [0xff, 0xfe, 0, 0], name: 'utf-32le' },
  { bytes: [0, 0, 0xfe, 0xff], name: 'utf-32be' },
  { bytes: [0xff, 0xfe], name: 'utf-16le' },
  { bytes: [0xfe, 0xff], name: 'utf-16be' },
];
/**
 * Control characters found in text files: backspace, tab, line feed, vertical tab, form feed,
 * carriage return, DOS's end of file, and escape (in colored logs).
 */
const ALLOWED_CONTROLS = new Set([0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b]);
const MAX_CONTROL_SHARE = 0.005;
/** Enough to tell wide characters from binary data. */
const WIDE_SAMPLE = 16 * 1024;
/** More bytes than these that are not NUL, and all of them text, are narrow strings with an end. */
const NARROW_SHARE = 0.6;

/** Returns the encoding that the byte order mark at the start of a file names, if there is one. */
export function markedEncoding(head: Buffer): EncodingName | undefined {
  return MARKS.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte))?.name;
}

/**
 * Returns true if a file's first bytes are text in any encoding. NULs are allowed where a program
 * was cut off, a field is padded or a string has its end, but nothing else that text lacks.
 */
export function isText(head: Buffer): boolean {
  if (markedEncoding(head) || wideEncoding(head)) return true;
  const controls = controlShare(head);
  if (!head.includes(0)) return controls <= MAX_CONTROL_SHARE;
  const rest = withoutNuls(head);
  return controls === 0 && rest.length > 0 && (isUtf8(rest) || nulRuns(head) <= 1 + rest.length / 256);
}

/**
 * Detects UTF-32 and UTF-16 without a byte order mark. As narrow characters such a file has NULs or
 * other controls: of Latin letters every other byte is 0, of Cyrillic ones 4.
 */
export function wideEncoding(head: Buffer): EncodingName | undefined {
  const sample = head.subarray(0, Math.min(WIDE_SAMPLE, head.length & ~3 || head.length & ~1));
  if (sample.length < 4 || controlShare(sample, 0) <= MAX_CONTROL_SHARE) return undefined;
  const rest = withoutNuls(sample);
  if (rest.length > sample.length * NARROW_SHARE && controlShare(rest) === 0 && isUtf8(rest))
    return undefined;
  if (sample.length % 4 === 0)
    for (const name of ['utf-32le', 'utf-32be'] as const) if (isPlain(decodeUtf32(sample, name))) return name;
  return (['utf-16le', 'utf-16be'] as const)
    .map((name) => ({ name, text: new TextDecoder(name).decode(sample, { stream: true }) }))
    .map(({ name, text }) => ({ name, text, ...traits(text) }))
    .filter(({ text, familiar, scattered }) => isPlain(text) && (familiar > 0 || scattered <= 0.5))
    .sort((a, b) => b.familiar - b.scattered - (a.familiar - a.scattered))[0]?.name;
}

/** Decodes whole UTF-32 characters; those that Unicode does not have become U+FFFD. */
export function decodeUtf32(bytes: Buffer, name: 'utf-32le' | 'utf-32be'): string {
  let text = '';
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const code = name === 'utf-32le' ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    text += code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\uFFFD' : String.fromCodePoint(code);
  }
  return text;
}

/** ASCII, punctuation of East Asia, kana. */
const FAMILIAR = /[\0-\x7f\u3000-\u30ff\uff00-\uff1f]/g;

/**
 * In the right order of bytes there are spaces, digits or punctuation marks, and the other
 * characters lie together, as those of one script do. Both per character.
 */
function traits(text: string) {
  const blocks = new Set(Array.from(text, (character) => character.charCodeAt(0) >> 8));
  return {
    familiar: (text.match(FAMILIAR)?.length ?? 0) / text.length,
    scattered: blocks.size / text.length,
  };
}

/** Characters that no text has: controls, halves of pairs, private and unassigned ones. */
const ODD = /[^\P{C}\p{Cf}\t\n\v\f\r]|\uFFFD/gu;

/** Tables of small numbers look like wide characters, but have controls. */
function isPlain(text: string): boolean {
  return text.length > 0 && (text.match(ODD)?.length ?? 0) <= text.length * MAX_CONTROL_SHARE;
}

/** Returns the share of bytes that are control characters not found in text; NULs count from `least` 0. */
function controlShare(head: Uint8Array, least = 1): number {
  let controls = 0;
  for (const byte of head) if (byte < 0x20 && byte >= least && !ALLOWED_CONTROLS.has(byte)) controls++;
  return head.length > 0 ? controls / head.length : 0;
}

const withoutNuls = (bytes: Buffer) => bytes.filter((byte) => byte !== 0);

function nulRuns(head: Buffer): number {
  let runs = 0;
  head.forEach((byte, i) => {
    if (byte === 0 && head[i - 1] !== 0) runs++;
  });
  return runs;
}

/** Checks for UTF-8. The bytes may end within a character, which `stream` permits. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
