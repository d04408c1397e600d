import { fileTypeFromBuffer } from 'file-type';
import { MediaError } from '../../base/errors.ts';
import { extensionOf } from '../../base/file-name.ts';
import { detectDocumentType } from './detect-document-type.ts';
import { MEDIA_TYPES, type MediaType, mediaTypesOfExtension } from './media-type.ts';

/** Bytes of a file that the detection wants to see: enough to look past an ID3 tag of usual size and into an Office file's first entries. */
export const HEAD_BYTES = 64 * 1024;

export interface DetectedType extends MediaType {
  /** Internet media type. */
  contentType: string;
}

/**
 * Says what a file is from its first bytes alone, and refuses it where it is nothing the pipeline takes (`UnsupportedMediaType`) or
 * where its extension says something else (`MediaTypeMismatch`). An extension that belongs to no supported type says nothing.
 */
export async function detectMediaType(file: string, head: Buffer): Promise<DetectedType> {
  const sniffed = await fileTypeFromBuffer(head);
  const extension = extensionOf(file);
  const mime = sound(sniffed?.mime, extension) ?? tiff(head, extension);
  const contentType = detectDocumentType(head, extension, mime) ?? mime ?? '';
  const type = MEDIA_TYPES[contentType];
  const promised = mediaTypesOfExtension(extension);
  if (!type) {
    const found = sniffed ? `its content is ${contentType}` : 'its content is of no known type';
    if (promised[0] && !sniffed)
      throw new MediaError(
        'MediaTypeMismatch',
        `Expected ${promised[0].label} content in a .${extension} file; ${found}.`,
      );
    throw new MediaError('UnsupportedMediaType', `Expected ${supported()}; ${found}.`);
  }
  if (promised.length > 0 && !type.extensions.includes(extension)) {
    throw new MediaError(
      'MediaTypeMismatch',
      `Expected ${promised[0]?.label} content in a .${extension} file; its content is ${type.label} (usually .${type.extensions[0]}).`,
    );
  }
  return { ...type, contentType };
}

/**
 * TIFF by its magic number. file-type wants to see the directory too, to tell camera raw formats, and many writers put it at the end of
 * the file; so only what is called TIFF passes here.
 */
function tiff(head: Buffer, extension: string): string | undefined {
  const magic = head.toString('latin1', 0, 4);
  const named = MEDIA_TYPES['image/tiff']?.extensions.includes(extension);
  return named && (magic === 'II*\0' || magic === 'MM\0*') ? 'image/tiff' : undefined;
}

/** Recorders and editors write sound under the brands of video; the name then tells, and only the sound is taken. */
function sound(mime: string | undefined, extension: string): string | undefined {
  const isIso = MEDIA_TYPES[mime ?? '']?.extensions.includes('mp4');
  return isIso && (extension === 'm4a' || extension === 'm4b') ? 'audio/mp4' : mime;
}

function supported(): string {
  const labels = [...new Set(Object.values(MEDIA_TYPES).map(({ label }) => label))];
  return `${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}`;
}
