/** Samples of the curve between black and white; 8-bit pixels have 256 values. */
const STEPS = 1024;
const HEADER_BYTES = 128;
const ENTRY_BYTES = 12;

/**
 * Builds an RGB ICC profile from the XYZ of its primaries under D50, one per row, and the curve
 * from a stored value to linear light (0 to 1 each).
 * https://www.color.org/specification/ICC.1-2022-05.pdf §7 to §10
 */
export function matrixProfile(
  [red, green, blue]: readonly (readonly number[])[],
  curve: (value: number) => number,
): Buffer {
  const light = curveTag(curve);
  const name = textTag('nclx');
  const tags: readonly [string, Buffer][] = [
    ['desc', name],
    ['cprt', name],
    ['wtpt', xyzTag([0.9642, 1, 0.8249])],
    ['rXYZ', xyzTag(red)],
    ['gXYZ', xyzTag(green)],
    ['bXYZ', xyzTag(blue)],
    ['rTRC', light],
    ['gTRC', light],
    ['bTRC', light],
  ];
  const table = Buffer.alloc(4 + tags.length * ENTRY_BYTES);
  table.writeUInt32BE(tags.length);
  const contents: Buffer[] = [];
  const places = new Map<Buffer, number>();
  let end = HEADER_BYTES + table.length;
  for (const [index, [signature, content]] of tags.entries()) {
    if (!places.has(content)) {
      places.set(content, end);
      contents.push(content);
      end += content.length;
    }
    const at = 4 + index * ENTRY_BYTES;
    table.write(signature, at, 'latin1');
    table.writeUInt32BE(places.get(content) ?? 0, at + 4);
    table.writeUInt32BE(content.length, at + 8);
  }
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(end);
  header.writeUInt32BE(0x04300000, 8);
  header.write('mntrRGB XYZ ', 12, 'latin1');
  header.write('acsp', 36, 'latin1');
  xyzTag([0.9642, 1, 0.8249]).copy(header, 68, 8);
  return Buffer.concat([header, table, ...contents]);
}

function xyzTag(xyz: readonly number[] = []): Buffer {
  const tag = Buffer.alloc(20);
  tag.write('XYZ ', 'latin1');
  for (const [index, value] of xyz.entries()) tag.writeInt32BE(Math.round(value * 65_536), 8 + 4 * index);
  return tag;
}

function curveTag(curve: (value: number) => number): Buffer {
  const tag = Buffer.alloc(12 + 2 * STEPS);
  tag.write('curv', 'latin1');
  tag.writeUInt32BE(STEPS, 8);
  for (let step = 0; step < STEPS; step++)
    tag.writeUInt16BE(
      Math.round(65_535 * Math.min(1, Math.max(0, curve(step / (STEPS - 1))))),
      12 + 2 * step,
    );
  return tag;
}

/** Builds a tag with a single text, in English. */
function textTag(text: string): Buffer {
  const tag = Buffer.alloc(28 + 2 * text.length);
  tag.write('mluc', 'latin1');
  tag.writeUInt32BE(1, 8);
  tag.writeUInt32BE(12, 12);
  tag.write('enUS', 16, 'latin1');
  tag.writeUInt32BE(2 * text.length, 20);
  tag.writeUInt32BE(28, 24);
  Buffer.from(text, 'utf16le').swap16().copy(tag, 28);
  return tag;
}
