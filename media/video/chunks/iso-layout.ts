import type { ByteRange } from '../../../base/byte-range.ts';
import { withReader } from '../../../base/read-at.ts';
import type { SourceLayout } from './source-layout.ts';

interface Box extends ByteRange {
  type: string;
}

const HEADER_BYTES = 16;
/** Ordinary files have fewer than ten. */
const MAX_BOXES = 1000;

/**
 * Returns where the boxes of an MP4 or QuickTime file are that do not hold its frames, such as the
 * index, which says where each frame is. Undefined if there is no index of the whole file, as in a
 * fragmented one, or if what is in the file is not plain boxes.
 */
export function isoLayout(file: string): Promise<SourceLayout | undefined> {
  return withReader(file, async (read, size) => {
    const boxes: Box[] = [];
    for (let at = 0; at < size; ) {
      const box = readBox(await read(at, HEADER_BYTES), at, size);
      if (!box || boxes.length === MAX_BOXES) return undefined;
      boxes.push(box);
      at = box.end;
    }
    const has = (type: string) => boxes.some((box) => box.type === type);
    if (!has('moov') || has('moof')) return undefined;
    const index = boxes.filter(({ type }) => type !== 'mdat');
    return { always: index.map(({ start, end }) => ({ start, end })), clusters: [] };
  });
}

/** ISO/IEC 14496-12 §4.2: size 0 reaches to the end of the file, size 1 has 64 bits. */
function readBox(header: Buffer, start: number, fileBytes: number): Box | undefined {
  if (header.length < 8) return undefined;
  const type = header.toString('latin1', 4, 8);
  const short = header.readUInt32BE(0);
  const size =
    short === 0
      ? fileBytes - start
      : short === 1 && header.length >= 16
        ? Number(header.readBigUInt64BE(8))
        : short;
  const end = start + size;
  return size >= 8 && end <= fileBytes ? { type, start, end } : undefined;
}
