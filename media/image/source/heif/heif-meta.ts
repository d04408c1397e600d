import type { ReadAt } from '../../../../base/read-at.ts';
import type { Nclx } from '../../color/nclx-profile.ts';
import { boxesIn, findBox, type HeifBox } from './heif-boxes.ts';
import { type CropFacts, heifCrop } from './heif-crop.ts';

/** What a HEIF container (HEIC, AVIF) says about its primary image. */
export interface HeifMeta {
  /** Codec of the image data, by the types of the items. */
  codec: 'av1' | 'hevc' | undefined;
  nclx?: Nclx;
  /** Part of the image data to be shown (the `clap` box). */
  crop?: HeifCrop;
}

interface HeifCrop extends CropFacts {
  /** Offset of the box's content in the file. */
  at: number;
}

/** A 48-megapixel photo has 20 kB. */
const MAX_BYTES = 512 * 1024;
const CODECS: Readonly<Record<string, HeifMeta['codec']>> = { av01: 'av1', hvc1: 'hevc', hev1: 'hevc' };

/**
 * Reads the `meta` box: the decoder tells neither the color space, nor the codec where the brand
 * leaves it open. ISO/IEC 23008-12. Of malformed boxes it returns what it has found so far.
 */
export async function readHeifMeta(read: ReadAt, boxes: readonly HeifBox[]): Promise<HeifMeta | undefined> {
  const meta = boxes.find(({ type }) => type === 'meta');
  if (!meta || meta.size > MAX_BYTES) return undefined;
  const box = await read(meta.at, meta.size);
  const content = box.subarray(meta.header + 4);
  const primary = primaryItem(content);
  const items = [primary, ...tilesOf(content, primary)];
  const types = itemTypes(content);
  const codec = items.map((item) => CODECS[types.get(item) ?? '']).find(Boolean);
  const properties = propertiesOf(content);
  const colors = items.flatMap((item) => properties.get(item) ?? []).map(nclxOf);
  const nclx = colors.find(Boolean);
  const crop = heifCrop(properties.get(primary) ?? []);
  const at = crop && crop.box.byteOffset - box.byteOffset + meta.at;
  return { codec, ...(nclx && { nclx }), ...(crop && at && { crop: { ...crop, at } }) };
}

/** Full boxes have a version and flags, 4 bytes, before their content. */
const versionOf = (box: Buffer | undefined) => box?.[0] ?? 0;

function primaryItem(meta: Buffer): number {
  const pitm = findBox(meta, 'pitm');
  return (versionOf(pitm) === 0 ? uint(pitm, 4, 2) : uint(pitm, 4, 4)) ?? 0;
}

/** Type of each item, by its number. */
function itemTypes(meta: Buffer): Map<number, string> {
  const iinf = findBox(meta, 'iinf');
  const types = new Map<number, string>();
  for (const { type, content } of boxesIn(iinf?.subarray(versionOf(iinf) === 0 ? 6 : 8))) {
    if (type !== 'infe') continue;
    const wide = versionOf(content) > 2 ? 4 : 2;
    const at = 4 + wide + 2;
    types.set(uint(content, 4, wide) ?? 0, content.toString('latin1', at, at + 4));
  }
  return types;
}

/** The images that a grid is put together from. */
function tilesOf(meta: Buffer, primary: number): number[] {
  const iref = findBox(meta, 'iref');
  const wide = versionOf(iref) === 0 ? 2 : 4;
  for (const { type, content } of boxesIn(iref?.subarray(4))) {
    if (type !== 'dimg' || uint(content, 0, wide) !== primary) continue;
    const first = uint(content, wide + 2, wide);
    return first === undefined ? [] : [first];
  }
  return [];
}

/** The properties of each item: boxes in `ipco`, assigned by `ipma`. */
function propertiesOf(meta: Buffer): Map<number, { type: string; content: Buffer }[]> {
  const iprp = findBox(meta, 'iprp');
  const all = [...boxesIn(iprp && findBox(iprp, 'ipco'))];
  const ipma = iprp && findBox(iprp, 'ipma');
  const assigned = new Map<number, { type: string; content: Buffer }[]>();
  if (!ipma) return assigned;
  const [wide, size] = [versionOf(ipma) === 0 ? 2 : 4, (ipma[3] ?? 0) & 1 ? 2 : 1] as const;
  let at = 8;
  for (let left = uint(ipma, 4, 4) ?? 0; left > 0 && at < ipma.length; left--) {
    const item = uint(ipma, at, wide) ?? 0;
    const count = ipma[at + wide] ?? 0;
    const indexes = Array.from({ length: count }, (_, i) => uint(ipma, at + wide + 1 + i * size, size) ?? 0);
    // The high bit says that the property is essential.
    const found = indexes.map((index) => all[(index & (size === 2 ? 0x7fff : 0x7f)) - 1]);
    assigned.set(
      item,
      found.filter((box) => box !== undefined),
    );
    at += wide + 1 + count * size;
  }
  return assigned;
}

function nclxOf({ type, content }: { type: string; content: Buffer }): Nclx | undefined {
  if (type !== 'colr' || content.toString('latin1', 0, 4) !== 'nclx') return undefined;
  const [primaries, transfer] = [uint(content, 4, 2), uint(content, 6, 2)];
  return primaries === undefined || transfer === undefined ? undefined : { primaries, transfer };
}

function uint(bytes: Buffer | undefined, at: number, size: 1 | 2 | 4): number | undefined {
  return bytes && at + size <= bytes.length ? bytes.readUIntBE(at, size) : undefined;
}
