import { crc32 } from 'node:zlib';

/** Where a JPEG's marker segment of this kind starts. */
export function segmentAt(jpeg: Buffer, marker: number): number {
  for (let at = 2; at < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2))
    if (jpeg[at + 1] === marker) return at;
  throw new Error(`Expected a segment 0x${marker.toString(16)}`);
}

/** A JPEG with a segment put right after its start. */
export function withSegment(jpeg: Buffer, marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, (content.length + 2) >> 8, (content.length + 2) & 255]);
  return Buffer.concat([jpeg.subarray(0, 2), head, content, jpeg.subarray(2)]);
}

/** A PNG with a chunk put right after its header; its checksum is right unless told otherwise. */
export function withChunk(png: Buffer, type: string, content: Buffer, checksum?: number): Buffer {
  const named = Buffer.concat([Buffer.from(type), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length);
  frame.writeUInt32BE(checksum ?? crc32(named), 4);
  return Buffer.concat([
    png.subarray(0, 33),
    frame.subarray(0, 4),
    named,
    frame.subarray(4),
    png.subarray(33),
  ]);
}

/** A PNG that claims another size. */
export function withHeader(png: Buffer, width: number, height: number): Buffer {
  return edited(png, (copy) => {
    copy.writeUInt32BE(width, 16);
    copy.writeUInt32BE(height, 20);
    copy.writeUInt32BE(crc32(copy.subarray(12, 29)), 29);
  });
}

/** A changed copy. */
export function edited(file: Buffer, edit: (copy: Buffer) => unknown): Buffer {
  const copy = Buffer.from(file);
  edit(copy);
  return copy;
}

/** Numbers that look random and are the same for the same seed. */
export function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
