import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import { type FfmpegRun, runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import type { OutputName } from '../kinds/outputs.ts';
import type { Output, Recipe } from '../output.ts';
import { toJpeg, toStandardColor } from './color.ts';
import { decoderArgs } from './decoded-frames.ts';
import { inputFilters } from './input-filters.ts';
import type { Picture, VideoPlan } from './plan.ts';

/** File that the encoding run writes for the storyboard: one tile per frame. */
export const TILES_NAME = 'tiles.mkv';
type Run = Pick<FfmpegRun, 'cwd' | 'maxPixels' | 'timeoutSeconds' | 'signal' | 'probeLength'>;

/**
 * Number of frames from which to choose the most representative one; the filter buffers them all, 6
 * MB each at 1080p.
 */
const CANDIDATES = 12;

/** Mean luma (16 is black) below which a frame counts as dark: credits, fades, titles on black. */
const DARK = 32;
const BRIGHTNESS_NAME = 'brightness.txt';

/**
 * Makes the poster and the thumbnails from one frame, the first that is not dark, or the brightest.
 * This is quick, so that people see something while the rest is being encoded. Throws `CorruptMedia`
 * if no frame can be decoded.
 */
export async function makePictures(plan: VideoPlan, run: Run): Promise<Output[]> {
  let best: { at: number; luma: number } | undefined;
  let last: number | undefined;
  for (const at of plan.picturesAt) {
    const luma = await takePictures(plan, at, run);
    last = luma === undefined ? last : at;
    if (luma !== undefined && luma > (best?.luma ?? -1)) best = { at, luma };
    if (best && best.luma >= DARK) break;
  }
  // There may be no frame after the last keyframe of a file without an index; the first frame
  // always exists.
  const at = best?.at ?? 0;
  if (at !== last && (await takePictures(plan, at, run)) === undefined)
    throw new MediaError('CorruptMedia', 'Expected a video of at least one frame, but none can be decoded.');
  return picturesOf(plan).map(({ name, size }) => ({
    name,
    contentType: 'image/jpeg',
    body: { file: `${run.cwd}/${name}` },
    facts: { ...size },
    recipe: pictureRecipe(plan, name),
  }));
}

/**
 * Makes the pictures from about this position. Returns the mean luma, or undefined if no frame could
 * be decoded there, which ffmpeg may report or not.
 */
async function takePictures(plan: VideoPlan, at: number, run: Run): Promise<number | undefined> {
  const brightness = join(run.cwd, BRIGHTNESS_NAME);
  try {
    await runFfmpeg({ ...run, input: 'source', maxErrorRate: 1, ...pictureArguments(plan, at) });
  } catch (error) {
    if (!(error instanceof MediaError) || error.name !== 'CorruptMedia') throw error;
  }
  const said = await readFile(brightness, 'utf8').catch(() => '');
  await rm(brightness, { force: true });
  if (!picturesOf(plan).every(({ name }) => existsSync(join(run.cwd, name)))) return undefined;
  const luma = /YAVG=([\d.]+)/.exec(said)?.[1];
  return luma === undefined ? undefined : Number(luma);
}

/** Combines the tiles into one sprite. */
export async function makeStoryboard(plan: VideoPlan, run: Run): Promise<Output> {
  const { tile, columns, rows, interval } = plan.storyboard;
  const name = 'storyboard.jpg';
  const args = [
    '-vf',
    `${toJpeg(tile)},tile=${columns}x${rows}`,
    '-frames:v',
    '1',
    '-q:v',
    '4',
    '-update',
    '1',
  ];
  await runFfmpeg({
    ...run,
    input: TILES_NAME,
    outputs: [{ args: [...args, '-fflags', '+bitexact'], target: name }],
  });
  await rm(join(run.cwd, TILES_NAME));
  const facts = { width: tile.width * columns, height: tile.height * rows, intervalSeconds: interval };
  const recipe = storyboardRecipe(plan);
  return { name, contentType: 'image/jpeg', body: { file: `${run.cwd}/${name}` }, facts, recipe };
}

/** The tiles are scaled from the smallest rendition. */
export function storyboardRecipe({ profile: { storyboard, renditions } }: VideoPlan): Recipe {
  return { name: 'storyboard', definition: { storyboard, renditions } };
}

/** Thumbnails are made of the poster's pixels. */
function pictureRecipe({ profile: { poster, thumbnails } }: VideoPlan, picture: OutputName): Recipe {
  const thumbnail = thumbnails.find(({ name }) => picture === `${name}.jpg`);
  return { name: 'video-pictures', definition: { poster, ...(thumbnail && { thumbnail }) } };
}

const picturesOf = (plan: VideoPlan): Picture[] => [
  { name: 'poster.jpg', size: plan.picture },
  ...plan.thumbnails,
];

function pictureArguments(plan: VideoPlan, at: number): Pick<FfmpegRun, 'inputArgs' | 'args' | 'outputs'> {
  const { source, picture, threads } = plan;
  const pictures = picturesOf(plan);
  const labels = pictures.map((_, i) => `[p${i}]`).join('');
  // `thumbnail` works on RGB; the conversion that ffmpeg would insert before it treats every video
  // as BT.601.
  const chosen = `[0:${source.video.index}]${inputFilters(source)}${toStandardColor(source.video, picture)},scale=in_color_matrix=bt709:in_range=tv,format=rgb24,thumbnail=n=${CANDIDATES}`;
  const scaled = pictures.map(
    ({ size: { width, height } }, i) =>
      `[p${i}]scale=${width}:${height}:flags=bicubic:out_color_matrix=bt601:out_range=pc,format=yuvj420p[q${i}]`,
  );
  const measured = `[luma]scale=160:-2,format=yuv444p,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=${BRIGHTNESS_NAME},nullsink`;
  const from = at + source.leadSeconds;
  return {
    inputArgs: [
      ...(threads > 0 ? ['-threads', `${threads}`] : []),
      ...decoderArgs(source.video),
      ...(from > 0 ? ['-ss', from.toFixed(3)] : []),
    ],
    args: [
      '-filter_complex',
      [`${chosen},split=${pictures.length + 1}${labels}[luma]`, ...scaled, measured].join(';'),
    ],
    outputs: pictures.map(({ name }, i) => ({
      args: [
        '-map',
        `[q${i}]`,
        '-frames:v',
        '1',
        '-q:v',
        '3',
        '-update',
        '1',
        '-map_metadata',
        '-1',
        '-fflags',
        '+bitexact',
      ],
      target: name,
    })),
  };
}
