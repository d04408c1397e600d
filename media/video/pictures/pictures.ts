import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '../../../base/errors.ts';
import { type FfmpegRun, runFfmpeg } from '../../ffmpeg/run-ffmpeg.ts';
import type { Output } from '../../output.ts';
import type { VideoPlan } from '../plan.ts';
import { pictureRecipe, storyboardRecipe } from '../video-recipes.ts';
import {
  BRIGHTNESS_NAME,
  pictureArguments,
  picturesOf,
  STORYBOARD_NAME,
  storyboardArguments,
  TILES_NAME,
} from './picture-arguments.ts';
import { storyboardVtt } from './storyboard.ts';

type Run = Pick<FfmpegRun, 'cwd' | 'maxPixels' | 'timeoutSeconds' | 'signal' | 'probeLength'>;

/** Mean luma (16 is black) below which a frame counts as dark: credits, fades, titles on black. */
const DARK = 32;

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
    recipe: pictureRecipe(plan.profile, name),
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

/** Combines the tiles into one sprite, and describes it in WebVTT. `stem`: that of the output keys. */
export async function makeStoryboard(plan: VideoPlan, run: Run, stem: string): Promise<Output[]> {
  const { tile, columns, rows, interval } = plan.storyboard;
  const name = STORYBOARD_NAME;
  await runFfmpeg({ ...run, ...storyboardArguments(plan) });
  await rm(join(run.cwd, TILES_NAME));
  const facts = { width: tile.width * columns, height: tile.height * rows, intervalSeconds: interval };
  const recipe = storyboardRecipe(plan);
  const sprite = `${encodeURIComponent(stem)}_${name}`;
  const vtt = storyboardVtt(plan.storyboard, sprite, plan.source.durationSeconds);
  return [
    { name, contentType: 'image/jpeg', body: { file: `${run.cwd}/${name}` }, facts, recipe },
    {
      ...{ name: 'storyboard.vtt', contentType: 'text/vtt; charset=utf-8', body: Buffer.from(vtt) },
      recipe,
    },
  ];
}
