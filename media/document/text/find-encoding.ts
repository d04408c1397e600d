import {
  type EncodingName,
  isText,
  isUtf8,
  markedEncoding,
  wideEncoding,
} from '../../kinds/text-encoding.ts';
import { guessEncoding } from './guess-encoding.ts';

export interface TextEncoding {
  /** Label accepted by `textDecoder`. */
  name: EncodingName;
  /** False for a guess. */
  certain: boolean;
  /** Another encoding that fits about as well; absent if there is none. */
  rival?: EncodingName;
}

/** Shifts to two-byte Japanese characters in ISO-2022-JP, which is ASCII otherwise. */
const SHIFTS_TO_KANJI = ['\x1b$@', '\x1b$B'];
/** Share of characters that may be damaged in UTF-8: lines of another program, a cut character. */
const DAMAGED_UTF8 = 0.1;

/**
 * Returns the encoding of these bytes of a file, or undefined if they are not text. Tries the most
 * reliable evidence first: byte order mark, Unicode, the encoding that the file declares, and what
 * the letters and words suggest.
 */
export async function findEncoding(
  sample: Buffer,
  { declared }: { declared?: string | undefined } = {},
): Promise<TextEncoding | undefined> {
  const marked = markedEncoding(sample);
  if (marked) return { name: marked, certain: true };
  const wide = wideEncoding(sample);
  if (wide) return { name: wide, certain: false };
  if (!isText(sample)) return undefined;
  if (isUtf8(sample)) {
    const isJapanese = SHIFTS_TO_KANJI.some((shift) => sample.includes(shift));
    return { name: isJapanese ? 'iso-2022-jp' : 'utf-8', certain: true };
  }
  if (isDamagedUtf8(sample)) return { name: 'utf-8', certain: false };
  const legacy = declared ? legacyEncoding(declared) : undefined;
  if (legacy) return { name: legacy, certain: true };
  return { certain: false, ...(await guessEncoding(sample)) };
}

function isDamagedUtf8(sample: Buffer): boolean {
  const text = new TextDecoder().decode(sample);
  const others = text.match(/[^\0-\x7f]/gu)?.length ?? 0;
  return text.split('\uFFFD').length - 1 <= others * DAMAGED_UTF8;
}

/**
 * Returns the encoding by this label, unless it is one of Unicode: a declaration that could be read
 * is not in UTF-16 (https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding),
 * and text that is not valid in UTF-8 is not in it.
 */
function legacyEncoding(label: string): EncodingName | undefined {
  try {
    const { encoding } = new TextDecoder(label);
    return encoding.startsWith('utf-') ? undefined : encoding;
  } catch {
    return undefined;
  }
}
