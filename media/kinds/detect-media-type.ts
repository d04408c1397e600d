import { fileTypeFromBuffer } from 'file-type';
import { MediaError } from '../../base/errors.ts';
import { extensionOf } from '../../base/file-name.ts';
import { detectDocumentType } from './detect-document-type.ts';
import { MEDIA_TYPES, type MediaType, mediaTypesOfExtension } from './media-type.ts';

/**
 * Number of leading bytes needed for detection: enough to skip an ID3 tag of typical size and to
 * reach the first entries of an Office file.
 */
export const HEAD_BYTES = 64 * 1024;

export interface DetectedType extends MediaType {
  /** Internet media type. */
  contentType: string;
}

/**
 * Detects the media type from the first bytes alone. Throws `UnsupportedMediaType` for a type that
 * the pipeline does not support, and `MediaTypeMismatch` if the extension belongs to another
 * supported type, or to any while the content is not recognized. Other extensions are ignored.
 */
export async function detectMediaType(file: string, head: Buffer): Promise<DetectedType> {
  // It inflates the first entries of an archive; where a damaged one makes it throw, the type is unknown.
  const sniffed = await fileTypeFromBuffer(head).catch(() => undefined);
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
 * Detects TIFF by its magic number. file-type also needs the directory (IFD), to rule out camera
 * raw formats, and many writers put it at the end of the file; so the file must also have a TIFF
 * extension.
 */
function tiff(head: Buffer, extension: string): string | undefined {
  const magic = head.toString('latin1', 0, 4);
  const named = MEDIA_TYPES['image/tiff']?.extensions.includes(extension);
  return named && (magic === 'II*\0' || magic === 'MM\0*') ? 'image/tiff' : undefined;
}

/**
 * Treats MP4 files named .m4a or .m4b as audio: recorders and editors write audio under video
 * brands. Only the audio track is used.
 */
function sound(mime: string | undefined, extension: string): string | undefined {
  const isIso = MEDIA_TYPES[mime ?? '']?.extensions.includes('mp4');
  return isIso && (extension === 'm4a' || extension === 'm4b') ? 'audio/mp4' : mime;
}

function supported(): string {
  const labels = [...new Set(Object.values(MEDIA_TYPES).map(({ label }) => label))];
  return `${labels.slice(0, -1).join(', ')} or ${labels.at(-1)}`;
}
