import { extensionOf } from '../../../base/file-name.ts';
import { type ByteConfig, maxBytes } from '../../../core/uploads/max-bytes.ts';
import { MEDIA_KINDS } from '../../../media/kinds/kinds.ts';
import { MEDIA_TYPES, mediaTypesOfExtension } from '../../../media/kinds/media-type.ts';

/** A form upload cannot be resumed, so what takes long goes in parts. */
export const MAX_FORM_BYTES = 64 * 1024 * 1024;
/** Links are good for this long, in seconds; links for further parts are given on demand. */
export const LINK_SECONDS = 900;
const MIN_PART = 16 * 1024 * 1024;
/** S3 takes 10,000; fewer keep a client's list of parts short, and 5 TiB still fits with parts below S3's 5 GiB. */
const MAX_PARTS = 2_000;

export interface Parts {
  /** Bytes of each part but the last. */
  partSize: number;
  partCount: number;
}

/** How an upload of this many bytes is cut: a pure function of the size, so that nobody has to remember it. */
export function planParts(size: number): Parts {
  const partSize = Math.max(MIN_PART, Math.ceil(size / MAX_PARTS));
  return { partSize, partCount: Math.ceil(size / partSize) };
}

/** Bytes of one part; numbers begin at 1. */
export function sizeOfPart(size: number, partNumber: number): number {
  const { partSize, partCount } = planParts(size);
  return partNumber < partCount ? partSize : size - partSize * (partCount - 1);
}

/** What admission will allow a file of this name: the largest of the kinds that its extension may stand for. */
export function limitFor(fileName: string, config: ByteConfig): number {
  const types = mediaTypesOfExtension(extensionOf(fileName));
  const kinds = types.length > 0 ? types.map(({ kind }) => kind) : MEDIA_KINDS;
  return Math.max(...kinds.map((kind) => maxBytes(kind, config)));
}

/** What the bucket shall call it. Admission goes by the bytes; this is for people who look at the original. */
export function contentTypeFor(fileName: string): string {
  const extension = extensionOf(fileName);
  const known = Object.entries(MEDIA_TYPES).find(([, { extensions }]) => extensions.includes(extension));
  return known?.[0].split(';')[0] ?? 'application/octet-stream';
}
