import { extensionOf } from '../../../base/file-name.ts';
import { type ByteConfig, maxBytes } from '../../../core/uploads/max-bytes.ts';
import { MEDIA_KINDS } from '../../../media/kinds/kinds.ts';
import { MEDIA_TYPES, mediaTypesOfExtension } from '../../../media/kinds/media-type.ts';

/**
 * Maximum size of a form upload in bytes. It cannot be resumed, so larger files use multipart
 * uploads.
 */
export const MAX_FORM_BYTES = 64 * 1024 * 1024;
/** Validity of presigned URLs in seconds. URLs for further parts are signed on demand. */
export const LINK_SECONDS = 900;
const MIN_PART = 16 * 1024 * 1024;
/**
 * Maximum number of parts. S3 allows 10,000; fewer keep a client's part list short, and 5 TiB still
 * fits with parts below S3's limit of 5 GiB.
 */
const MAX_PARTS = 2_000;

export interface Parts {
  /** Size of each part except the last, in bytes. */
  partSize: number;
  partCount: number;
}

/** Plans the parts of an upload. A pure function of the size, so the plan need not be stored. */
export function planParts(size: number): Parts {
  const partSize = Math.max(MIN_PART, Math.ceil(size / MAX_PARTS));
  return { partSize, partCount: Math.ceil(size / partSize) };
}

/** Returns the size of a part in bytes. Part numbers start at 1. */
export function sizeOfPart(size: number, partNumber: number): number {
  const { partSize, partCount } = planParts(size);
  return partNumber < partCount ? partSize : size - partSize * (partCount - 1);
}

/**
 * Returns the size limit for a file name: the largest limit among the kinds that its extension may
 * stand for.
 */
export function limitFor(fileName: string, config: ByteConfig): number {
  const types = mediaTypesOfExtension(extensionOf(fileName));
  const kinds = types.length > 0 ? types.map(({ kind }) => kind) : MEDIA_KINDS;
  return Math.max(...kinds.map((kind) => maxBytes(kind, config)));
}

/**
 * Returns the Content-Type to store with the object. Admission detects the type from the content;
 * this one is for people who open the original.
 */
export function contentTypeFor(fileName: string): string {
  const extension = extensionOf(fileName);
  const known = Object.entries(MEDIA_TYPES).find(([, { extensions }]) => extensions.includes(extension));
  return known?.[0].split(';')[0] ?? 'application/octet-stream';
}
