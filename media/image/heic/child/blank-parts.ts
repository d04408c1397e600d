import { type Call, type Libheif, word } from './libheif.ts';

/** HEVC never has three zeros in a row (ITU-T H.265 §7.4.2); a file that did not arrive whole has blocks of them, and may decode all the same. */
const BLANK = Buffer.alloc(256);
/** The kind of reference `dimg`. */
const DERIVED_FROM = 0x64696d67;

/** Whether the stored data of a picture, or of a tile that it is made of, has a blank block. */
export function hasBlankPart(heif: Libheif, call: Call, context: number, primary: number): boolean {
  for (const item of partsOf(heif, context, primary)) {
    let found = 0;
    const data = call((error, out) => {
      found = out;
      heif._heif_item_get_item_data(error, context, item, 0, out, out + 4);
    });
    const blank = Buffer.from(heif.HEAPU8.buffer, data, word(heif, found + 4)).includes(BLANK);
    heif._heif_release_item_data(context, found);
    if (blank) return true;
  }
  return false;
}

/** The item and all that it is derived from: the tiles of a grid. */
function partsOf(heif: Libheif, context: number, primary: number): Set<number> {
  const parts = new Set([primary]);
  const [typeOut, itemsOut] = [heif._malloc(4), heif._malloc(4)];
  // A set gives what is added while it is gone through.
  for (const item of parts) {
    for (let index = 0; ; index++) {
      const count = heif._heif_context_get_item_references(context, item, index, typeOut, itemsOut);
      if (count === 0) break;
      if (word(heif, typeOut) !== DERIVED_FROM) continue;
      const items = word(heif, itemsOut);
      for (let at = items; at < items + 4 * count; at += 4) parts.add(word(heif, at));
    }
  }
  return parts;
}
