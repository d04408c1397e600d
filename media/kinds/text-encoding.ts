import chardet from 'chardet';

export interface TextEncoding {
  /** Label accepted by TextDecoder. */
  name: string;
  /** False for a guess from letter frequencies. */
  certain: boolean;
}

const MARKS: readonly { bytes: readonly number[]; name: string }[] = [
  { bytes: [0xef, 0xbb, 0xbf], name: 'utf-8' },
  { bytes: [0xff, 0xfe], name: 'utf-16le' },
  { bytes: [0xfe, 0xff], name: 'utf-16be' },
];
/** Last resort: decodes any legacy single-byte text. */
const FALLBACK = 'windows-1252';
/**
 * Control characters found in text files: backspace, tab, line feed, vertical tab, form feed,
 * carriage return, DOS's end of file, and escape (in colored logs).
 */
const ALLOWED_CONTROLS = new Set([0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b]);
const MAX_CONTROL_SHARE = 0.005;

/**
 * Returns the encoding of a file's first bytes, or undefined if they are not text. Tries the most
 * reliable evidence first: byte order mark, NULs in every other byte (UTF-16), valid UTF-8, the
 * encoding declared in the file, letter frequencies.
 */
export function detectTextEncoding(
  head: Buffer,
  { declared }: { declared?: string | undefined } = {},
): TextEncoding | undefined {
  const mark = MARKS.find(({ bytes }) => bytes.every((byte, i) => head[i] === byte));
  if (mark) return { name: mark.name, certain: true };
  const wide = wideEncoding(head);
  if (wide) return { name: wide, certain: false };
  if (head.includes(0) || controlShare(head) > MAX_CONTROL_SHARE) return undefined;
  if (isUtf8(head)) return { name: 'utf-8', certain: true };
  if (declared && isKnown(declared)) return { name: declared, certain: true };
  const guess = chardet.analyse(head).find(({ name }) => isKnown(name) && !/utf/i.test(name));
  return { name: guess ? new TextDecoder(guess.name).encoding : FALLBACK, certain: false };
}

/**
 * Detects UTF-16 without a byte order mark: Latin text has a NUL in every other byte, and hardly
 * any in between.
 */
function wideEncoding(head: Buffer): string | undefined {
  const nulls: [number, number] = [0, 0];
  for (let i = 0; i < head.length; i++) if (head[i] === 0) nulls[i % 2 === 0 ? 0 : 1]++;
  const [even, odd] = nulls;
  const half = head.length / 2;
  if (half < 2) return undefined;
  const name =
    odd > half * 0.4 && even < half * 0.05
      ? 'utf-16le'
      : even > half * 0.4 && odd < half * 0.05
        ? 'utf-16be'
        : undefined;
  // Tables of small numbers look the same, but contain control characters.
  const isText = name && controlShare(Buffer.from(new TextDecoder(name).decode(head))) <= MAX_CONTROL_SHARE;
  return isText ? name : undefined;
}

function controlShare(head: Buffer): number {
  let controls = 0;
  for (const byte of head) if (byte < 0x20 && !ALLOWED_CONTROLS.has(byte)) controls++;
  return head.length > 0 ? controls / head.length : 0;
}

/** Checks for UTF-8. The head may end within a character, which `stream` permits. */
function isUtf8(head: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function isKnown(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}
