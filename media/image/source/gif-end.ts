const EXTENSION = 0x21;
const IMAGE = 0x2c;

/**
 * Returns true if a GIF's data ends inside a block. Like browsers, libvips plays a truncated
 * animation with the frames that arrived, so only this check detects it. A missing trailer is no
 * loss, and other oddities are left to the decoder. https://www.w3.org/Graphics/GIF/spec-gif89a.txt
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

/**
 * Returns the size of a color table. The flags' high bit says if there is one, the low three bits
 * how many colors it has, of 3 bytes each.
 */
const colorTableBytes = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
