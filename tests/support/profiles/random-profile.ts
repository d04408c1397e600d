import { type Profile, parseProfile } from '../../../media/profile/profile.ts';
import { contractCheck } from '../contract-schemas.ts';
import type { Random } from '../random.ts';

const FORMATS = ['auto', 'jpeg', 'png', 'webp', 'avif'] as const;
const POSITIONS = [
  ...['center', 'north', 'northeast', 'east', 'southeast', 'south', 'southwest', 'west', 'northwest'],
];
const GRAVITIES = [...POSITIONS, ...['attention', 'entropy', 'focal', 'focal', 'focal']];
/** Of the only image that the tenant has. */
export const WATERMARK_NAME = 'logo';
const CHARACTERS = 'abcdefghijklmnopqrstuvwxyz0123456789-';
/** Most pixels of a side, so that an output takes a moment only. */
const SIDE = 400;

const check = contractCheck('profile');

/** Returns any profile that the schema allows, of small outputs. Throws if one of two schemas refuses it. */
export function randomProfile(random: Random): Profile {
  const profile = {
    title: 'Random',
    image: { outputs: images(random) },
    video: video(random),
    audio: {
      outputs: sounds(random),
      loudness: { integratedLufs: -between(random, 5, 40), truePeakDbtp: -between(random, 0, 9) },
    },
    document: {
      thumbnails: thumbnails(random),
      pages: {
        most: between(random, 0, 5),
        side: between(random, 100, 1600),
        quality: between(random, 1, 100),
        ...maybe(random, { format: random.pick(['webp', 'jpeg', 'png']) }),
      },
      ...maybe(random, { text: random.chance(0.5), markdown: random.chance(0.5) }),
    },
  };
  const problem = check(profile);
  if (problem) throw new Error(problem);
  return parseProfile(profile);
}

const between = ({ below }: Random, least: number, most: number) => least + below(most - least + 1);
const maybe = <T>({ chance }: Random, fields: T): T | undefined => (chance(0.5) ? fields : undefined);

/** Ends with a number of its own, so that no two are the same, and none is a word of OUTPUTS. */
function nameOf(random: Random, i: number): string {
  const length = between(random, 0, 28);
  const rest = Array.from({ length }, () => random.pick([...CHARACTERS]) ?? '');
  return `${random.pick([...CHARACTERS.slice(0, 26)])}${rest.join('')}${i}`;
}

function images(random: Random): object[] {
  const count = between(random, 1, 4);
  return Array.from({ length: count }, (_, i) => {
    const format = random.pick(FORMATS) ?? 'auto';
    const fit = random.pick(['inside', 'inside', 'cover', 'contain']) ?? 'inside';
    const isInside = fit === 'inside';
    const [width, height] = [
      between(random, 1, SIDE),
      random.chance(0.3) ? undefined : between(random, 1, SIDE),
    ];
    const square = isInside && random.chance(0.4);
    const color = between(random, 0, 0xffffff).toString(16).padStart(6, '0');
    return {
      ...{ name: nameOf(random, i), format, fit, gravity: random.pick(GRAVITIES), background: `#${color}` },
      ...(!isInside && { width, height: height ?? width }),
      ...(square && { width, height: width }),
      ...(isInside && !square && maybe(random, { width })),
      ...(isInside && !square && height !== undefined && { height }),
      ...(format !== 'png' && maybe(random, { quality: between(random, 1, 100) })),
      ...(format === 'webp' && maybe(random, { effort: between(random, 0, 6) })),
      ...(format === 'avif' && maybe(random, { effort: between(random, 0, 4) })),
      ...((format === 'jpeg' || format === 'auto') && maybe(random, { progressive: true })),
      ...(format === 'webp' && isInside && maybe(random, { frames: 'all' })),
      ...maybe(random, { ifLarger: random.pick(['shrink', 'omit', 'keep']) }),
    };
  }).map((output) => ('frames' in output ? output : { ...output, ...watermarked(random) }));
}

/** With the tenant's image of a name, in one of three outputs. */
function watermarked(random: Random): object {
  if (!random.chance(0.3)) return {};
  return {
    watermark: {
      ...{ image: WATERMARK_NAME, ...maybe(random, { position: random.pick(POSITIONS) }) },
      ...maybe(random, { scale: between(random, 2, 100) / 100, opacity: between(random, 5, 100) / 100 }),
    },
  };
}

function video(random: Random): object {
  return {
    renditions: renditions(random),
    ...maybe(random, { clip: clip(random) }),
    ...watermarked(random),
    previews: previews(random),
    hls: random.chance(0.5),
    poster: { shortSide: between(random, 144, SIDE), ...maybe(random, { atSeconds: between(random, 0, 5) }) },
    thumbnails: thumbnails(random),
    storyboard: {
      tileSide: between(random, 40, 320),
      ...{ intervalSeconds: between(random, 1, 4), maxTiles: between(random, 1, 5) },
    },
  };
}

const USUAL = [['h264'], ['h264'], ['h264']];

/** Mostly H.264; sometimes two of a size. */
function renditions(random: Random): object[] {
  const sides = [...new Set(Array.from({ length: between(random, 1, 3) }, () => between(random, 144, SIDE)))];
  return sides.flatMap((shortSide, i) => {
    const codecs = random.pick([...USUAL, ['hevc'], ['av1', 'h264'], ...USUAL, ['av1']]) ?? [];
    return codecs.map((codec, j) => ({
      name: j === 0 && random.chance(0.3) ? `${shortSide}p` : nameOf(random, 2 * i + j),
      ...(codec !== 'h264' || random.chance(0.2) ? { codec } : {}),
      ...{ shortSide, crf: between(random, 10, codec === 'av1' ? 55 : 40) },
      maxBitrate: between(random, 100_000, 4_000_000),
    }));
  });
}

/** In tenths of a second, as long as a frame of the sample, of which it is at least a quarter. */
function clip(random: Random): object {
  const start = between(random, 0, 15);
  return { startSeconds: start / 10, ...maybe(random, { endSeconds: between(random, start + 5, 30) / 10 }) };
}

function previews(random: Random): object[] {
  return Array.from({ length: between(random, 0, 2) }, (_, i) => ({
    ...{ name: nameOf(random, 10 + i), format: random.pick(['webp', 'mp4']) },
    ...{ seconds: between(random, 1, 3), ...maybe(random, { atSeconds: between(random, 0, 3) }) },
    ...{ side: between(random, 64, SIDE), framesPerSecond: between(random, 1, 10) },
  }));
}

function sounds(random: Random): object[] {
  return Array.from({ length: between(random, 1, 4) }, (_, i) => ({
    name: nameOf(random, i),
    codec: random.pick(['mp3', 'aac', 'opus']),
    kilobitsPerChannel: between(random, 12, 96),
  }));
}

const thumbnails = (random: Random): object[] =>
  ['thumb_large', 'thumb_medium', 'thumb_small'].flatMap((name) =>
    random.chance(0.6) ? [{ name, side: between(random, 16, 2 * SIDE) }] : [],
  );
