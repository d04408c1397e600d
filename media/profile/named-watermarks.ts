import type { MediaKind } from '../kinds/kinds.ts';
import type { Profile } from './profile.ts';

/** Returns the names of the watermarks that a profile puts onto outputs of a kind, each once. */
export function namedWatermarks({ image, video }: Profile, kind: MediaKind): string[] {
  if (kind === 'IMAGE') return [...new Set(image.outputs.flatMap(({ watermark }) => watermark?.image ?? []))];
  return kind === 'VIDEO' && video.watermark ? [video.watermark.image] : [];
}
