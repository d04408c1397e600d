const EXTENSION = 0x21;
const GRAPHIC_CONTROL = 0xf9;
const IMAGE = 0x2c;

/**
 * How a GIF's data ends: with its trailer, inside a block, or between two blocks, where frames may
 * be missing.
 */
type GifEnd = 'whole' | 'cut' | 'unmarked';

export interface GifBlocks {
  end: GifEnd;
  /** Offset behind the last whole block. */
  endsAt: number;
  /** The first frame does not cover the screen, and no frame declares transparency. */
  hasGaps: boolean;
}

/**
 * Goes through a GIF's blocks. Like browsers, libvips plays a truncated animation with the frames
 * that arrived, so only this check detects it; and it shows black where there is no frame, unless
 * some frame declares transparency. Other oddities are left to the decoder.
 * https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function readGifBlocks(gif: Buffer): GifBlocks {
  const screen = gif.length >= 10 ? gif.readUInt32LE(6) : 0;
  let at = 13 + colorTableBytes(gif[10] ?? 0);
  let transparent = false;
  let first = true;
  let gaps = false;
  const blocks = (end: GifEnd) => ({ end, endsAt: Math.min(at, gif.length), hasGaps: gaps && !transparent });
  while (at < gif.length) {
    const block = gif[at];
    if (block === EXTENSION) {
      if (gif[at + 1] === GRAPHIC_CONTROL) transparent ||= ((gif[at + 3] ?? 0) & 1) === 1;
      at += 2;
    } else if (block === IMAGE) {
      const covers =
        at + 9 <= gif.length && gif.readUInt32LE(at + 1) === 0 && gif.readUInt32LE(at + 5) === screen;
      gaps ||= first && !covers;
      first = false;
      at += 11 + colorTableBytes(gif[at + 9] ?? 0);
    } else return blocks('whole');
    for (let size = gif[at]; size !== 0; size = gif[at]) {
      if (size === undefined) return blocks('cut');
      at += 1 + size;
    }
    at += 1;
  }
  return blocks(at > gif.length ? 'cut' : 'unmarked');
}

/**
 * Returns the size of a color table. The flags' high bit says if there is one, the low three bits
 * how many colors it has, of 3 bytes each.
 */
const colorTableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);

/** A frame of one transparent pixel, with a color table of its own, and the trailer. */
const EMPTY_FRAME = Buffer.from('21f90401000000002c00000000010001008000000000000002024401003b', 'hex');

/**
 * Adds a frame that shows nothing, so that libvips decodes the GIF with an alpha channel. That frame
 * must not be rendered.
 */
export const withEmptyFrame = (gif: Buffer, { endsAt }: GifBlocks): Buffer =>
  Buffer.concat([gif.subarray(0, endsAt), EMPTY_FRAME]);
