import { readFileSync } from 'node:fs';

// Writes HEIF containers (ISO/IEC 23008-12) around the HEVC data in hevc.json, which x265 made of pictures of 192 × 128 pixels, of
// four tiles of 96 × 64 and a large one of 2048 × 2048: no encoder is needed to turn them, tile them, or say other things of their colors.

/** A picture or a part of one. Items are numbered from 1, in their order. */
export interface Item {
  /** `hvc1`: HEVC data; `grid`: several of them, side by side. */
  type: string;
  data: Buffer;
  /** Boxes that say what the data mean. */
  properties: Buffer[];
  /** Other items that this one refers to, by the kind of reference. */
  refers?: [kind: string, to: number[]];
  hidden?: boolean;
  /** Media type, of an item of type `mime`. */
  mime?: string;
}

export function heic(items: Item[], { primary = 1, brand = 'heic', also = [] as string[] } = {}): Buffer {
  const start = box('ftyp', text(brand), u32(0), text('mif1'), text(brand), ...also.map(text));
  const properties = [...new Set(items.flatMap((item) => item.properties))];
  const associations = items.map((item, index) =>
    Buffer.concat([
      u16(index + 1),
      u8(item.properties.length),
      // The high bit: no decoder may ignore it.
      ...item.properties.map((property) => u8(0x80 | (properties.indexOf(property) + 1))),
    ]),
  );
  const meta = (offsets: number[]) =>
    full(
      'meta',
      full('hdlr', u32(0), text('pict'), Buffer.alloc(13)),
      full('pitm', u16(primary)),
      full(
        'iloc',
        u16(0x4400),
        u16(items.length),
        ...items.map(({ data }, index) =>
          Buffer.concat([u16(index + 1), u16(0), u16(1), u32(offsets[index] ?? 0), u32(data.length)]),
        ),
      ),
      full(
        'iinf',
        u16(items.length),
        ...items.map(({ type, hidden, mime }, index) =>
          box(
            'infe',
            ...[u32(0x02000000 + (hidden ? 1 : 0)), u16(index + 1), u16(0), text(type), u8(0)],
            ...(mime ? [text(`${mime}\0`)] : []),
          ),
        ),
      ),
      full('iref', ...items.flatMap(references)),
      box('iprp', box('ipco', ...properties), full('ipma', u32(items.length), ...associations)),
    );
  const places: number[] = [];
  let at = start.length + meta([]).length + 8;
  for (const { data } of items) {
    places.push(at);
    at += data.length;
  }
  return Buffer.concat([start, meta(places), box('mdat', ...items.map(({ data }) => data))]);
}

function references({ refers }: Item, index: number): Buffer[] {
  if (!refers) return [];
  const [kind, to] = refers;
  return [box(kind, u16(index + 1), u16(to.length), ...to.map(u16))];
}

/** Turns counter-clockwise by quarters. */
export const turned = (quarters: number): Buffer => box('irot', u8(quarters));
/** Mirrors: 0 top to bottom, 1 left to right; after it is turned, where that box comes first. */
export const mirrored = (axis: 0 | 1): Buffer => box('imir', u8(axis));
export const sized = (width: number, height: number): Buffer => full('ispe', u32(width), u32(height));
export const colored = (primaries: number, transfer: number, matrix = 6): Buffer =>
  box('colr', text('nclx'), u16(primaries), u16(transfer), u16(matrix), u8(0x80));
/** Shows only a part of this size, whose center is off the picture's by so many pixels. */
export const clap = ([width, height]: [number, number], [right, down]: [number, number]): Buffer =>
  box('clap', ...[width, height, right, down].flatMap((value) => [u32(value), u32(1)]));
/** The beginning of a movie, as an image sequence has it beside its still picture. */
export const movie = (): Buffer => box('moov', full('mvhd', Buffer.alloc(96)));
export const profiled = (icc: Buffer): Buffer => box('colr', text('prof'), icc);

const HEVC = JSON.parse(readFileSync(new URL('./hevc.json', import.meta.url), 'utf8')) as Record<
  string,
  { hvcC: string; data: string }
>;

/** HEVC data of that name as an item. Properties that change the picture come after its size. */
export function hevc(name: string, properties: Buffer[] = [], [width, height] = [192, 128]): Item {
  const { hvcC = '', data = '' } = HEVC[name] ?? {};
  const config = Buffer.from(hvcC, 'base64');
  return {
    type: 'hvc1',
    data: Buffer.from(data, 'base64'),
    properties: [config, sized(width, height), ...properties],
  };
}

/** The image data of a plain AVIF as an item of another file. */
export function av1(
  avif: Buffer,
  [width, height]: readonly [number, number],
  properties: Buffer[] = [],
): Item {
  const boxAt = (type: string) => {
    const at = avif.indexOf(type) - 4;
    return avif.subarray(at, at + avif.readUInt32BE(at));
  };
  return {
    type: 'av01',
    data: boxAt('mdat').subarray(8),
    properties: [boxAt('av1C'), sized(width, height), ...properties],
  };
}

/** XMP about the first item. */
export const xmpItem = (xmp: string): Item => ({
  type: 'mime',
  mime: 'application/rdf+xml',
  data: text(xmp),
  properties: [],
  refers: ['cdsc', [1]],
  hidden: true,
});

/** An item of gray as the alpha of another. */
export const alphaOf = (item: number, gray: Item): Item => ({
  ...gray,
  properties: [...gray.properties, full('auxC', text('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0'))],
  refers: ['auxl', [item]],
  hidden: true,
});

export const TILES = ['red', 'green', 'blue', 'yellow'].map((name) => ({
  ...hevc(name, [], [96, 64]),
  hidden: true,
}));

/** A grid of equal tiles; they are the items from `first` on. */
export function grid(
  { columns, rows, width, height }: Record<'columns' | 'rows' | 'width' | 'height', number>,
  first: number,
  properties: Buffer[] = [],
): Item {
  const data = Buffer.concat([u8(0), u8(0), u8(rows - 1), u8(columns - 1), u16(width), u16(height)]);
  const tiles = Array.from({ length: columns * rows }, (_, index) => first + index);
  return { type: 'grid', data, properties: [sized(width, height), ...properties], refers: ['dimg', tiles] };
}

function u8(value: number): Buffer {
  return Buffer.from([value]);
}

function u16(value: number): Buffer {
  return Buffer.from([(value >> 8) & 255, value & 255]);
}

function u32(value: number): Buffer {
  return Buffer.concat([u16(value >>> 16), u16(value & 0xffff)]);
}

function text(value: string): Buffer {
  return Buffer.from(value, 'latin1');
}

function box(type: string, ...contents: Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([u32(8 + content.length), text(type), content]);
}

/** With version 0 and no flags. */
function full(type: string, ...contents: Buffer[]): Buffer {
  return box(type, u32(0), ...contents);
}
