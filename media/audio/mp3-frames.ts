/**
 * Reads the length that an MP3 file declares. There is no container, only consecutive frames, and
 * only the first frame may declare their number.
 */

/**
 * Returns the size of the ID3v2 tag at the start of a file, 0 if there is none. `head`: at least 10
 * bytes. https://id3.org/id3v2.4.0-structure
 */
export function id3v2Bytes(head: Buffer): number {
  if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((head[at] ?? 0) & 0x7f), 0);
  const footer = ((head[5] ?? 0) & 0x10) !== 0 ? 10 : 0;
  return 10 + size + footer;
}

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
    for (let bytes = frameBytes(tail, end); bytes > 0; bytes = frameBytes(tail, end)) {
      end += bytes;
      frames++;
    }
    // One header may be a coincidence; four in a row are frames.
    if (frames >= 4) return end > tail.length;
  }
  return false;
}

const KILOBITS = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const RATES = [44_100, 48_000, 32_000];

/**
 * Returns the length of the Layer III frame whose header is at this offset; 0 if there is none.
 * http://www.mp3-tech.org/programmer/frame_header.html
 */
function frameBytes(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) return 0;
  const header = bytes.readUInt32BE(at);
  const version = (header >>> 19) & 3;
  if (header >>> 21 !== 0x7ff || version === 1 || ((header >>> 17) & 3) !== 1) return 0;
  const isMpeg1 = version === 3;
  const kilobits = KILOBITS[isMpeg1 ? 'mpeg1' : 'mpeg2'][(header >>> 12) & 15] ?? 0;
  const rate = (RATES[(header >>> 10) & 3] ?? 0) / (isMpeg1 ? 1 : version === 2 ? 2 : 4);
  if (kilobits === 0 || rate === 0) return 0;
  return Math.floor(((isMpeg1 ? 144 : 72) * kilobits * 1000) / rate) + ((header >>> 9) & 1);
}
