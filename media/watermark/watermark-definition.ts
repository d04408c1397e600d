import type { WatermarkProfile } from '../profile/watermark.ts';

/** What of a watermark decides the bytes of an output. `sha256`: of its image. */
export const watermarkDefinition = (
  { position, opacity, scale }: WatermarkProfile,
  sha256: string | undefined,
) => ({ sha256, position, opacity, scale });
