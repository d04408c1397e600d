/**
 * Reads the frames of MP3 and AAC files, and the tags in front of them. There is no container, only
 * frames one after the other, each with a header that says its length.
 */

/**
 * Returns the size of the ID3v2 tag at the start of a file, 0 if there is none: "ID3" may also begin
 * a text. `head`: at least 10 bytes. https://id3.org/id3v2.4.0-structure
 */
export function id3v2Bytes(head: Buffer): number {
  if (head.length < 10 || head.toString('latin1', 0, 3) !== 'ID3') return 0;
  const isTag = (head[3] ?? 0) < MAX_VERSION && [6, 7, 8, 9].every((at) => (head[at] ?? 0) < 0x80);
  if (!isTag) return 0;
  const size = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((head[at] ?? 0) & 0x7f), 0);
  const footer = ((head[5] ?? 0) & 0x10) !== 0 ? 10 : 0;
  return 10 + size + footer;
}

/** Versions are 2 to 4; players read those to come as well. Letters lie above. */
const MAX_VERSION = 0x20;

const KILOBITS = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};
const RATES = [44_100, 48_000, 32_000];

/**
 * Returns the length of the MPEG Layer III frame whose header is at this offset; 0 if there is none.
 * http://www.mp3-tech.org/programmer/frame_header.html
 */
export function mp3FrameBytes(bytes: Buffer, at: number): number {
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

/** Returns the length of the ADTS frame (AAC) whose header is at this offset; 0 if there is none. */
export function adtsFrameBytes(bytes: Buffer, at: number): number {
  if (at + 7 > bytes.length || (bytes.readUInt16BE(at) & 0xfff6) !== 0xfff0) return 0;
  const rate = ((bytes[at + 2] ?? 0) >>> 2) & 15;
  const length = (bytes.readUIntBE(at + 3, 3) >>> 5) & 0x1fff;
  return rate < 13 && length > 7 ? length : 0;
}

/** One header may be a coincidence; four in a row are frames. */
export const FRAMES_IN_A_ROW = 4;

/** Returns true if four frames in a row begin anywhere in these bytes. */
export function holdsFrames(bytes: Buffer, frameBytes: typeof mp3FrameBytes): boolean {
  for (let start = bytes.indexOf(0xff); start >= 0; start = bytes.indexOf(0xff, start + 1)) {
    let at = start;
    let frames = 0;
    for (let length = frameBytes(bytes, at); length > 0 && frames < FRAMES_IN_A_ROW; frames++) {
      at += length;
      length = frameBytes(bytes, at);
    }
    if (frames === FRAMES_IN_A_ROW) return true;
  }
  return false;
}
