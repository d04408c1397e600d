const EXTENSION = 0x21;
const IMAGE = 0x2c;

export type GifEnd = 'whole' | 'cut' | 'unmarked';

/**
 * Returns how a GIF's data ends: with its trailer, inside a block, or between two blocks, where
 * frames may be missing. Like browsers, libvips plays a truncated animation with the frames that
 * arrived, so only this check detects it. Other oddities are left to the decoder.
 * https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function gifEnd(gif: Buffer): GifEnd {
  let at = 13 + colorTableBytes(gif[10] ?? 0);
  while (at < gif.length) {
    const block = gif[at];
    if (block === EXTENSION) at += 2;
    else if (block === IMAGE) at += 11 + colorTableBytes(gif[at + 9] ?? 0);
    else return 'whole';
    for (let size = gif[at]; size !== 0; size = gif[at]) {
      if (size === undefined) return 'cut';
      at += 1 + size;
    }
    at += 1;
  }
  return at > gif.length ? 'cut' : 'unmarked';
}

/**
 * Returns the size of a color table. The flags' high bit says if there is one, the low three bits
 * how many colors it has, of 3 bytes each.
 */
const colorTableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
