const EXTENSION = 0x21;
const IMAGE = 0x2c;

/**
 * Whether a GIF's data end inside a block. libvips, as browsers do, plays an animation that was cut off with the frames that arrived, so only
 * this tells. A missing trailer is no loss, and whatever else is odd is left to the decoder. https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function isGifCutOff(gif: Buffer): boolean {
  let at = 13 + colorTableBytes(gif[10] ?? 0);
  while (at < gif.length) {
    const block = gif[at];
    if (block === EXTENSION) at += 2;
    else if (block === IMAGE) at += 11 + colorTableBytes(gif[at + 9] ?? 0);
    else return false;
    for (let size = gif[at]; size !== 0; size = gif[at]) {
      if (size === undefined) return true;
      at += 1 + size;
    }
    at += 1;
  }
  return at > gif.length;
}

/** The flags' high bit says whether a table follows, the low three how many colors it has, of 3 bytes each. */
const colorTableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
