/** In pixels. */
export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface CropFacts {
  /** What is shown, in the upright picture. */
  shown: Rectangle;
  /** Size of the whole image data, as stored. */
  stored: { width: number; height: number };
  /** Content of the `clap` box. */
  box: Buffer;
}

/** Bytes of the `clap` box: four fractions. */
const CLAP_BYTES = 32;

/**
 * Works out which part of its image data a HEIF image shows, from its properties in their order:
 * size, crop (`clap`), rotation (`irot`), mirroring (`imir`). Undefined if it shows all of them.
 * ISO/IEC 14496-12 §12.1.4, ISO/IEC 23008-12 §6.5.10 and §6.5.12.
 */
export function heifCrop(properties: readonly { type: string; content: Buffer }[]): CropFacts | undefined {
  const size = properties.find(({ type }) => type === 'ispe')?.content;
  const box = properties.find(({ type }) => type === 'clap')?.content;
  if (!size || size.length < 12 || !box || box.length < CLAP_BYTES) return undefined;
  const stored = { width: size.readUInt32BE(4), height: size.readUInt32BE(8) };
  let [width, height] = [stored.width, stored.height];
  let shown: Rectangle | undefined;
  for (const { type, content } of properties) {
    const [first = 0] = content;
    if (content === box) shown = clapOf(box, { width, height });
    for (let turns = type === 'irot' ? first & 3 : 0; turns > 0; turns--) {
      shown &&= {
        left: shown.top,
        top: width - shown.left - shown.width,
        width: shown.height,
        height: shown.width,
      };
      [width, height] = [height, width];
    }
    if (type === 'imir')
      shown &&=
        first & 1
          ? { ...shown, left: width - shown.left - shown.width }
          : { ...shown, top: height - shown.top - shown.height };
  }
  return shown && { shown, stored, box };
}

/** Size and the distance of its center from the picture's. Undefined if it is not inside. */
function clapOf(clap: Buffer, { width, height }: { width: number; height: number }): Rectangle | undefined {
  const fraction = (at: number, numerator: number) => numerator / clap.readUInt32BE(at + 4);
  const shown = {
    width: Math.round(fraction(0, clap.readUInt32BE(0))),
    height: Math.round(fraction(8, clap.readUInt32BE(8))),
  };
  const left = Math.round(fraction(16, clap.readInt32BE(16)) + (width - shown.width) / 2);
  const top = Math.round(fraction(24, clap.readInt32BE(24)) + (height - shown.height) / 2);
  const inside =
    shown.width > 0 &&
    shown.height > 0 &&
    left >= 0 &&
    top >= 0 &&
    left + shown.width <= width &&
    top + shown.height <= height;
  return inside ? { left, top, ...shown } : undefined;
}

/** Rewrites a `clap` box so that it shows all of the image data. */
export function showAll(clap: Buffer, { width, height }: { width: number; height: number }): void {
  for (const [index, value] of [width, 1, height, 1, 0, 1, 0, 1].entries())
    clap.writeUInt32BE(value, 4 * index);
}
