import type { ReadAt } from '../../../../base/read-at.ts';

const START_OF_SCAN = 0xda;
/** A camera's JPEG has about 20 in front of the image data, and more for a long color profile. */
const MAX_SEGMENTS = 500;

export interface JpegSegment {
  marker: number;
  /** Offset of the marker in the file. */
  at: number;
  /** Bytes, with marker and length. */
  size: number;
}

/** Lists the segments in front of the image data; the last is the first start of scan. */
export async function jpegSegments(read: ReadAt): Promise<JpegSegment[]> {
  const segments: JpegSegment[] = [];
  for (let at = 2; segments.length < MAX_SEGMENTS; ) {
    const head = await read(at, 4);
    const [prefix, marker = 0] = head;
    if (head.length < 4 || prefix !== 0xff) return segments;
    // Any number of 0xff may precede a marker.
    if (marker === 0xff) {
      at++;
      continue;
    }
    const size = 2 + head.readUInt16BE(2);
    segments.push({ marker, at, size });
    if (marker === START_OF_SCAN) return segments;
    at += size;
  }
  return segments;
}
