export type MediaKind = 'IMAGE' | 'VIDEO' | 'AUDIO' | 'DOCUMENT';

export interface MediaType {
  kind: MediaKind;
  /** How a person calls it, for messages. */
  label: string;
  /** File-name extensions (lower case, no dot) that may carry it; the first is the one to recommend. */
  extensions: readonly string[];
}

const image = (label: string, ...extensions: string[]): MediaType => ({ kind: 'IMAGE', label, extensions });

/**
 * What the pipeline takes, by the Internet media type that the file's own bytes show (never the client's Content-Type).
 * A file whose extension belongs to another entry is refused: it is not what it says.
 */
export const MEDIA_TYPES: Readonly<Record<string, MediaType>> = {
  'image/jpeg': image('JPEG', 'jpg', 'jpeg', 'jpe', 'jfif'),
  'image/png': image('PNG', 'png'),
  'image/apng': image('PNG', 'png', 'apng'),
  'image/webp': image('WebP', 'webp'),
  'image/gif': image('GIF', 'gif'),
  'image/avif': image('AVIF', 'avif', 'heif'),
  'image/tiff': image('TIFF', 'tif', 'tiff'),
  'image/heic': image('HEIC', 'heic', 'heif'),
  'image/heif': image('HEIF', 'heif', 'heic'),
};

/** The media type that files with this extension carry, or undefined for an extension that says nothing. */
export function mediaTypesOfExtension(extension: string): MediaType[] {
  return Object.values(MEDIA_TYPES).filter((type) => type.extensions.includes(extension.toLowerCase()));
}
