/** Maximum length of a profile name, in characters. */
const MAX_TEXT = 128;
/** Real profiles have fewer than 50 tags. */
const MAX_TAGS = 100;
/** Bytes before the tag table: https://www.color.org/specification/ICC.1-2022-05.pdf §7.2. */
const HEADER_BYTES = 128;

/**
 * Returns an ICC profile's description, such as "Display P3"; undefined if the block is not a
 * readable profile.
 */
export function iccName(profile: Buffer): string | undefined {
  if (profile.length < HEADER_BYTES + 4 || profile.toString('latin1', 36, 40) !== 'acsp') return undefined;
  const tags = Math.min(profile.readUInt32BE(HEADER_BYTES), MAX_TAGS);
  for (let at = HEADER_BYTES + 4, i = 0; i < tags && at + 12 <= profile.length; i++, at += 12) {
    if (profile.toString('latin1', at, at + 4) === 'desc')
      return description(profile.subarray(profile.readUInt32BE(at + 4)));
  }
  return undefined;
}

/**
 * Reads ASCII from version 2, and from version 4 the first of a list of UTF-16 translations, any of
 * which will do.
 */
function description(tag: Buffer): string | undefined {
  const type = tag.toString('latin1', 0, 4);
  if (type === 'desc' && tag.length >= 12) {
    return printable(tag.toString('latin1', 12, 12 + Math.min(tag.readUInt32BE(8), MAX_TEXT)));
  }
  if (type === 'mluc' && tag.length >= 28) {
    const start = tag.readUInt32BE(24);
    const length = Math.min(tag.readUInt32BE(20), MAX_TEXT * 2) & ~1;
    const units = Buffer.from(tag.subarray(start, start + length));
    return units.length % 2 === 0 ? printable(units.swap16().toString('utf16le')) : undefined;
  }
  return undefined;
}

const printable = (text: string) => text.replace(/\0.*$/s, '').replace(/\p{C}/gu, '').trim() || undefined;
