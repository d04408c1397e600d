/** Tag numbers of TIFF 6.0. */
export const TAG = {
  subfileType: 254,
  bits: 258,
  compression: 259,
  photometric: 262,
  make: 271,
  samples: 277,
  planar: 284,
  subIfds: 330,
  extraSamples: 338,
  sampleFormat: 339,
  gps: 0x8825,
  dngVersion: 50_706,
} as const;
export const LAB = 8;
export const FLOAT = 3;
export const SIGNED = 2;

interface TiffOptions {
  width: number;
  height: number;
  /** Row by row, as the tags say. */
  pixels: Buffer;
  /** Values of more tags, as 16-bit numbers; they replace the default. */
  tags?: Readonly<Record<number, readonly number[]>>;
  /** A second table that the first refers to, as its SubIFD or by another tag. */
  inside?: Readonly<Record<number, readonly number[]>>;
  insideTag?: number;
}

/** An uncompressed TIFF in one strip: gray of 8 bits unless the tags say something else. */
export function tiffFile({
  width,
  height,
  pixels,
  tags = {},
  inside,
  insideTag = TAG.subIfds,
}: TiffOptions): Buffer {
  const inner = inside ? table(inside, 8 + pixels.length) : Buffer.alloc(0);
  const all: Record<number, readonly number[]> = {
    256: [width],
    257: [height],
    [TAG.bits]: [8],
    [TAG.compression]: [1],
    [TAG.photometric]: [1],
    273: [8],
    [TAG.samples]: [1],
    278: [height],
    279: [pixels.length],
    ...tags,
    ...(inside && { [insideTag]: [8 + pixels.length] }),
  };
  const start = Buffer.from('II*\0....', 'latin1');
  start.writeUInt32LE(8 + pixels.length + inner.length, 4);
  return Buffer.concat([start, pixels, inner, table(all, 8 + pixels.length + inner.length)]);
}

/** A table of 16- or 32-bit numbers at this offset; longer values follow it. */
function table(tags: Readonly<Record<number, readonly number[]>>, offset: number): Buffer {
  const entries = Object.entries(tags).sort(([a], [b]) => Number(a) - Number(b));
  const bytes = Buffer.alloc(2 + 12 * entries.length + 4);
  bytes.writeUInt16LE(entries.length);
  const more: Buffer[] = [];
  let end = offset + bytes.length;
  for (const [index, [tag, values]] of entries.entries()) {
    const at = 2 + 12 * index;
    const wide = values.some((value) => value > 0xffff) ? 4 : 2;
    const content = Buffer.alloc(Math.max(4, wide * values.length));
    for (const [i, value] of values.entries()) content.writeUIntLE(value, i * wide, wide);
    bytes.writeUInt16LE(Number(tag), at);
    bytes.writeUInt16LE(wide === 4 ? 4 : 3, at + 2);
    bytes.writeUInt32LE(values.length, at + 4);
    if (content.length === 4) content.copy(bytes, at + 8);
    else {
      bytes.writeUInt32LE(end, at + 8);
      more.push(content);
      end += content.length;
    }
  }
  return Buffer.concat([bytes, ...more]);
}
