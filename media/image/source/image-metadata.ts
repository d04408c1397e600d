import type { Preview } from '../preview.ts';
import { iccName } from './icc-name.ts';
import { readExif } from './image-exif.ts';
import type { ImageFacts } from './image-source.ts';

/**
 * What metadata.json says of an image. Coordinates stay out: outputs are there to be shown, and a photo's place is often a home. Whoever
 * needs it has the original, which stays behind its own permissions.
 */
export function describeImage(facts: ImageFacts, preview: Preview): object {
  const { header } = facts;
  const { hasLocation, ...taken } = header.exif ? readExif(header.exif) : { hasLocation: false };
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
    locationRemoved: hasLocation,
    ...preview,
  };
}

const BITS: Readonly<Record<string, number>> = { uchar: 8, ushort: 16, float: 32 };

/** Browsers play delays below 20 ms as 100 ms; this is what the file asks for. */
const seconds = (delays: readonly number[] = []) => delays.reduce((sum, delay) => sum + delay, 0) / 1000;
