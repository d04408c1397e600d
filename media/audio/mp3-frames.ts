import { FRAMES_IN_A_ROW, mp3FrameBytes } from '../kinds/mpeg-audio.ts';

/**
 * Reads the length that an MP3 file declares. There is no container, only consecutive frames, and
 * only the first frame may declare their number.
 */

/**
 * Returns the number of frames declared by the Xing, Info or VBRI header in the first MPEG frame.
 * `head`: 4 KiB from the end of the tag are enough.
 */
export function announcedMp3Frames(head: Buffer): number | undefined {
  const start = head.findIndex((byte, i) => byte === 0xff && ((head[i + 1] ?? 0) & 0xe6) === 0xe2);
  if (start < 0 || head.length < start + 64) return undefined;
  const isMpeg1 = ((head[start + 1] ?? 0) & 0x18) === 0x18;
  const isMono = ((head[start + 3] ?? 0) & 0xc0) === 0xc0;
  const sideInfo = isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  const xing = start + 4 + sideInfo;
  if (['Xing', 'Info'].includes(head.toString('latin1', xing, xing + 4))) {
    const hasFrames = (head.readUInt32BE(xing + 4) & 1) === 1;
    return hasFrames ? head.readUInt32BE(xing + 8) : undefined;
  }
  const vbri = start + 4 + 32;
  return head.toString('latin1', vbri, vbri + 4) === 'VBRI' ? head.readUInt32BE(vbri + 14) : undefined;
}

/**
 * Returns true if a file without a declared length ends in the middle of a frame. `tail`: the last
 * 16 KiB. A tag after the audio proves that the end is present.
 */
export function endsWithinMp3Frame(tail: Buffer): boolean {
  const hasTag =
    tail.toString('latin1', Math.max(0, tail.length - 128), tail.length - 125) === 'TAG' ||
    tail.subarray(-256).includes('APETAGEX') ||
    tail.subarray(-256).includes('LYRICS');
  for (let start = 0; !hasTag && start + 4 <= tail.length; start++) {
    let end = start;
    let frames = 0;
    for (let bytes = mp3FrameBytes(tail, end); bytes > 0; bytes = mp3FrameBytes(tail, end)) {
      end += bytes;
      frames++;
    }
    if (frames >= FRAMES_IN_A_ROW) return end > tail.length;
  }
  return false;
}
