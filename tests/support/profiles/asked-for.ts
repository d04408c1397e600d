import type { ImageOutputProfile } from '../../../media/profile/image-output.ts';
import type { Profile } from '../../../media/profile/profile.ts';
import type { Sample } from './samples.ts';

/** What an output must be like. */
export interface Asked {
  /** Names that it may have: `auto` chooses a format. */
  names: string[];
  width?: number;
  height?: number;
  /** Sides may be off by so many pixels where a ratio is rounded, but for the one that is given. */
  tolerance?: number;
  /** As before, of the width alone. */
  widthTolerance?: number;
  /** Of sound and moving pictures, by ffprobe. */
  codec?: string;
  seconds?: number;
  /** By how much they may be off, other than by a frame of sound. */
  tolerableSeconds?: number;
  frames?: number;
  mayBeLeftOut?: boolean;
}

interface Size {
  width: number;
  height: number;
}

const METADATA = [{ names: ['manifest.json'] }, { names: ['metadata.json'] }];
const CONTAINERS = { mp3: 'mp3', aac: 'm4a', opus: 'ogg' } as const;
const EXTENSIONS = {
  auto: ['jpg', 'png', 'webp'],
  jpeg: ['jpg'],
  png: ['png'],
  webp: ['webp'],
  avif: ['avif'],
};
const even = (side: number) => Math.max(2, 2 * Math.round(side / 2));

/** All outputs of a sample by a profile. */
export function askedFor(profile: Profile, sample: Sample): Asked[] {
  const makers = { IMAGE: images, VIDEO: videos, AUDIO: sounds, DOCUMENT: documents };
  return [...METADATA, ...makers[sample.kind](profile, sample)];
}

const images = ({ image }: Profile, sample: Sample): Asked[] =>
  image.outputs.map((output) => ({
    names: EXTENSIONS[output.format].map((extension) => `${output.name}.${extension}`),
    ...sizeOf(output, sample),
    frames: output.frames === 'all' ? sample.count : 1,
    mayBeLeftOut: output.ifLarger === 'omit',
  }));

function sizeOf({ fit, width, height }: ImageOutputProfile, source: Sample): Partial<Asked> {
  if (fit !== 'inside') return { ...(width && { width }), ...(height && { height }) };
  const [across, down] = [(width ?? Infinity) / source.width, (height ?? Infinity) / source.height];
  const factor = Math.min(1, across, down);
  const scaled = { width: source.width * factor, height: source.height * factor };
  return {
    width: Math.max(1, Math.round(scaled.width)),
    height: Math.max(1, Math.round(scaled.height)),
    tolerance: 1,
  };
}

function videos({ video }: Profile, sample: Sample): Asked[] {
  const { width, height } = sample;
  const { renditions, hls, poster, thumbnails, storyboard, clip, previews } = video;
  const seconds = clip
    ? tenths(Math.min(clip.endSeconds ?? sample.seconds, sample.seconds) - clip.startSeconds)
    : sample.seconds;
  // A video within 2 % of a step counts as that step.
  const fitting = renditions.filter(({ shortSide }) => height >= shortSide * 0.98);
  const least = Math.min(...renditions.map(({ shortSide }) => shortSide));
  const made = fitting.length > 0 ? fitting : renditions.filter(({ shortSide }) => shortSide === least);
  const scaledTo = (short: number) => {
    const factor = Math.min(1, short / height);
    return { width: even(width * factor), height: even(height * factor) };
  };
  const pictureSize = scaledTo(poster.shortSide);
  const inside = (side: number) => {
    const factor = Math.min(1, side / pictureSize.width);
    return { width: even(pictureSize.width * factor), height: even(pictureSize.height * factor) };
  };
  const interval = Math.max(storyboard.intervalSeconds, Math.ceil(seconds / storyboard.maxTiles));
  const tiles = Math.min(storyboard.maxTiles, Math.max(1, Math.floor(seconds / interval)));
  const columns = Math.min(10, tiles);
  // Tiles have even sides: those of an odd one are a pixel narrower or wider.
  const odd = storyboard.tileSide % 2 === 1 && { widthTolerance: columns };
  return [
    ...made.map(({ name, shortSide, codec = 'h264' }) => ({
      ...{ names: [`${name}.mp4`], ...scaledTo(shortSide), codec, seconds },
    })),
    ...previews.map((preview) =>
      previewOf(
        preview,
        made.map(({ shortSide }) => scaledTo(shortSide)),
        seconds,
      ),
    ),
    ...(hls ? [{ names: ['hls/master.m3u8'] }] : []),
    ...(hls ? made.flatMap((one) => stream(one, scaledTo(one.shortSide), seconds)) : []),
    { names: ['poster.jpg'], ...pictureSize },
    ...thumbnails.map(({ name, side }) => ({ names: [`${name}.jpg`], ...inside(side) })),
    {
      names: ['storyboard.jpg'],
      width: storyboard.tileSide * columns,
      height: even((height * storyboard.tileSide) / width) * Math.ceil(tiles / columns),
      ...odd,
    },
    { names: ['storyboard.vtt'] },
  ];
}

const tenths = (seconds: number) => Math.round(seconds * 10) / 10;

/** Scaled from the smallest rendition that is large enough, or the largest. */
function previewOf(
  { name, format, side, seconds, framesPerSecond }: Profile['video']['previews'][number],
  renditions: readonly Size[],
  videoSeconds: number,
): Asked {
  const from = renditions.findLast(({ width }) => width >= side) ?? renditions[0] ?? { width: 1, height: 1 };
  const factor = Math.min(1, side / from.width);
  return {
    ...{ names: [`${name}.${format}`], width: even(from.width * factor), height: even(from.height * factor) },
    ...{ codec: format === 'mp4' ? 'h264' : 'webp', seconds: Math.min(seconds, videoSeconds) },
    tolerableSeconds: 1 / framesPerSecond,
  };
}

const stream = (
  { name, codec = 'h264' }: Profile['video']['renditions'][number],
  size: Size,
  seconds: number,
): Asked[] => [
  { names: [`hls/${name}/index.m3u8`], codec, ...size, seconds },
  { names: [`hls/${name}/init.mp4`] },
  { names: [`hls/${name}/00000.m4s`] },
];

const sounds = ({ audio }: Profile, { seconds }: Sample): Asked[] => [
  ...audio.outputs.map(({ name, codec }) => ({ names: [`${name}.${CONTAINERS[codec]}`], codec, seconds })),
  ...[{ names: ['waveform.json'] }, { names: ['waveform.png'], width: 1800, height: 280 }],
];

function documents(
  { document: { pages, thumbnails, text, markdown } }: Profile,
  { width, height, count }: Sample,
): Asked[] {
  const inside = (side: number) => {
    const factor = Math.min(1, side / height);
    return { width: Math.round(width * factor), height: Math.round(height * factor), tolerance: 1 };
  };
  return [
    ...Array.from({ length: Math.min(pages.most, count) }, (_, i) => ({
      names: [`page_${String(i + 1).padStart(4, '0')}.${pages.format === 'jpeg' ? 'jpg' : pages.format}`],
      ...inside(pages.side),
    })),
    ...thumbnails.map(({ name, side }) => ({ names: [`${name}.jpg`], ...inside(side) })),
    ...(text ? [{ names: ['text.txt'] }, { names: ['pages.json'] }] : []),
    ...(markdown ? [{ names: ['markdown.md'] }] : []),
  ];
}
