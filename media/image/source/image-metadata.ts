import type { Preview } from '../preview.ts';
import { iccName } from './icc-name.ts';
import { readExif } from './image-exif.ts';
import type { ImageFacts } from './image-source.ts';

/**
 * Builds an image's metadata.json. Coordinates are left out: outputs are made to be shown, and a
 * photo's location is often a home. Anyone who needs them has the original, which has its own
 * permissions.
 */
export function describeImage(facts: ImageFacts, preview: Preview): object {
  const { header } = facts;
  const { hasLocation: _, ...taken } = header.exif ? readExif(header.exif) : { hasLocation: false };
  return {
    format: facts.label,
    width: facts.width,
    height: facts.height,
    orientation: facts.orientation,
    frames: facts.frames,
    durationSeconds: facts.frames > 1 ? seconds(header.delay) : undefined,
    hasAlpha: header.hasAlpha,
    colorSpace: header.space,
    bitsPerChannel: BITS[header.depth] ?? header.bitsPerSample,
    iccProfile: header.icc && iccName(header.icc),
    progressive: header.isProgressive,
    ...taken,
    locationRemoved: facts.hasLocation,
    ...preview,
  };
}

const BITS: Readonly<Record<string, number>> = { uchar: 8, ushort: 16, float: 32 };

/** Total duration that the file asks for; browsers play delays below 20 ms as 100 ms. */
const seconds = (delays: readonly number[] = []) => delays.reduce((sum, delay) => sum + delay, 0) / 1000;
