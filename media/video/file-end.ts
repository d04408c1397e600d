import { open } from 'node:fs/promises';
import { MediaError } from '../../base/errors.ts';
import { oggEnd } from '../audio/container-ends.ts';
import { ANNOUNCEMENT_BYTES, announcedBytes } from './announced-size.ts';

const OGG_TAIL_BYTES = 128 * 1024;
/** MPEG-TS packets have 188 bytes, plus a 4-byte timestamp on Blu-ray and in camcorders. */
const TS_PACKETS = [188, 192];
const MAY_BE_CUT = 'The recording has no end marker: it may have been truncated before the upload.';

/**
 * Checks the end of files that ffmpeg accepts as complete when truncated. Throws `CorruptMedia` if
 * the file itself declares that more should follow; returns notes if it only looks that way.
 */
export async function judgeFileEnd(file: string, format: string, size: number): Promise<string[]> {
  const handle = await open(file);
  const bytes = async (position: number, length: number) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
  try {
    const announced = announcedBytes(await bytes(0, ANNOUNCEMENT_BYTES)) ?? 0;
    if (announced > size) throw cut(`it declares ${announced} bytes, got ${size}`);
    if (format === 'mpegts') return TS_PACKETS.some((packet) => size % packet === 0) ? [] : [MAY_BE_CUT];
    if (format !== 'ogg') return [];
    const end = oggEnd(await bytes(Math.max(0, size - OGG_TAIL_BYTES), OGG_TAIL_BYTES));
    if (end === 'cut') throw cut('it ends in the middle of a page');
    return end === 'unmarked' ? [MAY_BE_CUT] : [];
  } finally {
    await handle.close();
  }
}

const cut = (how: string) => new MediaError('CorruptMedia', `The file is truncated: ${how}.`);
