import type { Config } from '../../../base/config.ts';
import { withReader } from '../../../base/read-at.ts';
import { cutChunk, oggEnd } from '../../audio/container-ends.ts';
import { judgeTruncated } from '../../ffmpeg/media-damage.ts';
import { ANNOUNCEMENT_BYTES, announcedBytes } from './announced-size.ts';

const OGG_TAIL_BYTES = 128 * 1024;
/** MPEG-TS packets have 188 bytes, plus a 4-byte timestamp on Blu-ray and in camcorders. */
const TS_PACKETS = [188, 192];
const MAY_BE_CUT = 'The recording has no end marker: it may have been truncated before the upload.';

/**
 * Checks the end of files that ffmpeg accepts as complete when truncated. Returns notes; throws
 * `CorruptMedia` if the file itself declares that more should follow, and `TRUNCATED_MEDIA` refuses
 * that.
 */
export async function judgeFileEnd(
  file: string,
  format: string,
  { TRUNCATED_MEDIA: setting }: Config<'TRUNCATED_MEDIA'>,
): Promise<string[]> {
  return withReader(file, async (read, size) => {
    const announced = announcedBytes(await read(0, ANNOUNCEMENT_BYTES)) ?? 0;
    if (announced > size) return judgeTruncated(`it declares ${announced} bytes, got ${size}`, setting);
    // ffmpeg says so of a cut 'mdat', but not of the head of a fragment, without which that is lost.
    const cut = format.startsWith('mov') ? await cutChunk(read, size, format) : undefined;
    if (cut?.kind === 'moof') return judgeTruncated('it ends in the head of a fragment', setting);
    if (format === 'mpegts') return TS_PACKETS.some((packet) => size % packet === 0) ? [] : [MAY_BE_CUT];
    if (format !== 'ogg') return [];
    const end = oggEnd(await read(size - OGG_TAIL_BYTES, OGG_TAIL_BYTES));
    if (end === 'cut') return judgeTruncated('it ends in the middle of a page', setting);
    return end === 'unmarked' ? [MAY_BE_CUT] : [];
  });
}
