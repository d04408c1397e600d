import type { Config } from '../../base/config.ts';
import type { MediaKind } from '../../media/kinds/media-kind.ts';

const LIMITS = {
  IMAGE: 'MAX_IMAGE_BYTES',
  VIDEO: 'MAX_VIDEO_BYTES',
  AUDIO: 'MAX_AUDIO_BYTES',
  DOCUMENT: 'MAX_DOCUMENT_BYTES',
} as const satisfies Record<MediaKind, string>;

/** Bytes that an upload of this kind may have. */
export function maxBytes(kind: MediaKind, config: Config<(typeof LIMITS)[MediaKind]>): number {
  return config[LIMITS[kind]];
}
