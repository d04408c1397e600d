import { type Call, type Libheif, word } from './libheif.ts';

/**
 * HEVC never contains three zero bytes in a row (ITU-T H.265 §7.4.2). An incomplete upload has
 * blocks of zeros, and may still decode.
 */
const BLANK = Buffer.alloc(256);
/** The item reference type `dimg`. */
const DERIVED_FROM = 0x64696d67;

/** Returns true if the stored data of an image, or of one of its tiles, has a block of zeros. */
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

/** Returns the item and all items it is derived from, such as the tiles of a grid. */
function partsOf(heif: Libheif, context: number, primary: number): Set<number> {
  const parts = new Set([primary]);
  const [typeOut, itemsOut] = [heif._malloc(4), heif._malloc(4)];
  // Iterating a Set includes items added during the iteration.
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
