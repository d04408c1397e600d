interface GifFrame {
  left: number;
  top: number;
  width: number;
  height: number;
  /** Index in the color table: 0 red, 1 green, 2 blue, 3 white. */
  color: number;
  /** 1: stays; 2: its area is cleared. */
  disposal?: number;
  /** Index that is transparent. */
  transparent?: number;
}

const COLORS = [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255];
const CLEAR = 4;
const END = 5;

/** A GIF of frames of one color each, which need not cover its screen. */
export function gifFile(width: number, height: number, frames: readonly GifFrame[]): Buffer {
  return Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from([...u16(width), ...u16(height), 0x81, 0, 0, ...COLORS]),
    ...frames.map(frameBytes),
    Buffer.from([0x3b]),
  ]);
}

function frameBytes({ left, top, width, height, color, disposal = 1, transparent }: GifFrame): Buffer {
  const flags = (disposal << 2) | (transparent === undefined ? 0 : 1);
  // A clear code before each pixel keeps every code at 3 bits.
  const codes = Array.from({ length: width * height }, () => [CLEAR, color]).flat();
  const data = packed([...codes, END]);
  const blocks: number[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const block = data.slice(at, at + 255);
    blocks.push(block.length, ...block);
  }
  return Buffer.from([
    ...[0x21, 0xf9, 4, flags, 10, 0, transparent ?? 0, 0],
    ...[0x2c, ...u16(left), ...u16(top), ...u16(width), ...u16(height), 0],
    ...[2, ...blocks, 0],
  ]);
}

/** Codes of 3 bits, the lowest first. */
function packed(codes: readonly number[]): number[] {
  const bits = codes.flatMap((code) => [code & 1, (code >> 1) & 1, (code >> 2) & 1]);
  return Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((byte, bit, i) => byte | (bit << i), 0),
  );
}

const u16 = (value: number) => [value & 255, value >> 8];
