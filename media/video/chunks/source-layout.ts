import type { ByteRange } from '../../../base/byte-range.ts';

/** Where things are in a file that has an index of its frames. */
export interface SourceLayout {
  /** Everything but frames: the index, descriptions of tracks and the like. */
  always: ByteRange[];
  /** Groups of frames, in order, if a demuxer can begin to read only at these; otherwise none. */
  clusters: ByteRange[];
}

/** Returns the ranges in order, joined where they touch or only a few bytes lie between them. */
export function joinRanges(ranges: readonly ByteRange[], gap = 0): ByteRange[] {
  const joined: ByteRange[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && start <= last.end + gap) last.end = Math.max(last.end, end);
    else if (end > start) joined.push({ start, end });
  }
  return joined;
}
