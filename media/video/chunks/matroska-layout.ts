import type { ByteRange } from '../../../base/byte-range.ts';
import { type ReadAt, withReader } from '../../../base/read-at.ts';
import type { SourceLayout } from './source-layout.ts';

// https://www.rfc-editor.org/rfc/rfc9559.html#section-5
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const CUES = 0x1c53bb6b;
/** An ID has up to four bytes, a size up to eight. */
const HEADER_BYTES = 12;
/** Writers begin one after a few seconds. */
const MAX_ELEMENTS = 1_000_000;

/**
 * Returns where the clusters of a file are. Undefined if it has no index of its key frames (Cues), or does
 * not say how long its elements are, as live recordings.
 */
export function matroskaLayout(file: string): Promise<SourceLayout | undefined> {
  return withReader(file, async (read, size) => {
    const always: ByteRange[] = [];
    const clusters: ByteRange[] = [];
    let hasIndex = false;
    let at = 0;
    for (let i = 0; i < MAX_ELEMENTS && at < size; i++) {
      const element = await readElement(read, at);
      if (!element) return undefined;
      const { id, begin } = element;
      // Its elements are those of interest.
      const end = id === SEGMENT ? begin : element.end;
      if (end === undefined || end > size) return undefined;
      if (id === CLUSTER) clusters.push({ start: at, end });
      else always.push({ start: at, end });
      hasIndex ||= id === CUES;
      at = end;
    }
    return hasIndex && at === size ? { always, clusters } : undefined;
  });
}

/** Extends a range to whole clusters. */
export function inClusters({ start, end }: ByteRange, clusters: readonly ByteRange[]): ByteRange {
  const first = clusters.findLast((cluster) => cluster.start <= start);
  const last = clusters.find((cluster) => cluster.end >= end);
  return { start: first?.start ?? start, end: last?.end ?? end };
}

/** Reads the head of an element at a position; `end` is undefined if its size is unknown. */
async function readElement(
  read: ReadAt,
  at: number,
): Promise<{ id: number; begin: number; end: number | undefined } | undefined> {
  const header = await read(at, HEADER_BYTES);
  const idBytes = lengthOf(header[0]);
  const sizeBytes = lengthOf(header[idBytes]);
  if (idBytes > 4 || sizeBytes > 8 || header.length < idBytes + sizeBytes) return undefined;
  const mask = 2n ** BigInt(7 * sizeBytes) - 1n;
  const content = BigInt(`0x${header.toString('hex', idBytes, idBytes + sizeBytes)}`) & mask;
  const begin = at + idBytes + sizeBytes;
  const end = content === mask ? undefined : begin + Number(content);
  return { id: header.readUIntBE(0, idBytes), begin, end };
}

/** Bytes of a number of variable length, which its first byte says (RFC 8794 §4); 9 if it is none. */
const lengthOf = (first = 0): number => Math.clz32(first) - 24 + 1;
