import { withReader } from '../../../base/read-at.ts';
import { id3v2Bytes } from '../../kinds/mpeg-audio.ts';
import type { RawTags } from './tag-text.ts';

const FOOTER_BYTES = 32;
const ID3V1_BYTES = 128;
/** Tags hold pictures, too; a larger one is not read. */
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_ITEMS = 200;
/** Bits 1 and 2 of an item's flags: 0 is text. */
const NO_TEXT = 0b110;
/** APE's names where they are not ffmpeg's. */
const NAMES: Readonly<Record<string, string>> = { 'album artist': 'album_artist', year: 'date' };

export interface ApeTags {
  tags: RawTags;
  /** The file has no ID3v2 tag, so that the only other one is ID3v1, of 30 characters each. */
  isBetter: boolean;
}

/**
 * Reads the APEv2 tag at the end of an MP3 or AAC file, which ffmpeg does not; it may be followed by
 * an ID3v1 tag. Returns undefined if there is none. https://wiki.hydrogenaud.io/index.php?title=APEv2
 */
export function readApeTags(file: string): Promise<ApeTags | undefined> {
  return withReader(file, async (read, size) => {
    for (const end of [size, size - ID3V1_BYTES]) {
      const footer = await read(end - FOOTER_BYTES, FOOTER_BYTES);
      if (footer.length < FOOTER_BYTES || footer.toString('latin1', 0, 8) !== 'APETAGEX') continue;
      const bytes = footer.readUInt32LE(12);
      if (bytes < FOOTER_BYTES || bytes > Math.min(end, MAX_BYTES)) return undefined;
      const items = await read(end - bytes, bytes - FOOTER_BYTES);
      return { tags: parseItems(items), isBetter: id3v2Bytes(await read(0, 10)) === 0 };
    }
    return undefined;
  });
}

function parseItems(bytes: Buffer): RawTags {
  const tags: RawTags = {};
  let at = 0;
  for (let i = 0; i < MAX_ITEMS && at + 8 < bytes.length; i++) {
    const length = bytes.readUInt32LE(at);
    const flags = bytes.readUInt32LE(at + 4);
    const keyEnd = bytes.indexOf(0, at + 8);
    if (keyEnd < 0 || keyEnd + 1 + length > bytes.length) break;
    const key = bytes.toString('latin1', at + 8, keyEnd).toLowerCase();
    at = keyEnd + 1 + length;
    if ((flags & NO_TEXT) === 0) tags[NAMES[key] ?? key] = bytes.subarray(keyEnd + 1, at);
  }
  return tags;
}
