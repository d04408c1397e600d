import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import { type FfmpegRun, runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import type { Output } from '../output.ts';
import { toJpeg, toStandardColor } from './color.ts';
import type { Picture, VideoPlan } from './plan.ts';

/** File that the encoding run writes for the storyboard: one tile per frame. */
export const TILES_NAME = 'tiles.mkv';
type Run = Pick<FfmpegRun, 'cwd' | 'maxPixels' | 'timeoutSeconds' | 'signal'>;

/**
 * Number of frames from which to choose the most representative one; the filter buffers them all, 6
 * MB each at 1080p.
 */
const CANDIDATES = 12;

/**
 * Makes the poster and the thumbnails from one frame. This is quick, so that people see something
 * while the rest is being encoded. Throws `CorruptMedia` if no frame can be decoded.
 */
export async function makePictures(plan: VideoPlan, run: Run): Promise<Output[]> {
  await runFfmpeg({ ...run, input: 'source', ...pictureArguments(plan, plan.pictureAt) });
  // There may be no frame after the last keyframe of a file without an index; the first frame
  // always exists.
  if (!existsSync(`${run.cwd}/poster.jpg`))
    await runFfmpeg({ ...run, input: 'source', ...pictureArguments(plan, 0) });
  // ffmpeg exits with 0 also if it decoded nothing.
  if (!existsSync(`${run.cwd}/poster.jpg`))
    throw new MediaError('CorruptMedia', 'Expected a video of at least one frame, but none can be decoded.');
  return picturesOf(plan).map(({ name, size }) => ({
    name,
    contentType: 'image/jpeg',
    body: { file: `${run.cwd}/${name}` },
    facts: { ...size },
  }));
}

/** Combines the tiles into one sprite. */
export async function makeStoryboard({ storyboard }: VideoPlan, run: Run): Promise<Output> {
  const { tile, columns, rows, interval } = storyboard;
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
  return { name, contentType: 'image/jpeg', body: { file: `${run.cwd}/${name}` }, facts };
}

const picturesOf = (plan: VideoPlan): Picture[] => [
  { name: 'poster.jpg', size: plan.picture },
  ...plan.thumbnails,
];

function pictureArguments(plan: VideoPlan, at: number): Pick<FfmpegRun, 'inputArgs' | 'args' | 'outputs'> {
  const { source, picture, threads } = plan;
  const pictures = picturesOf(plan);
  const labels = pictures.map((_, i) => `[p${i}]`).join('');
  const deinterlace = source.video.isInterlaced ? 'bwdif=mode=send_frame:deint=interlaced,' : '';
  // `thumbnail` works on RGB; the conversion that ffmpeg would insert before it treats every video
  // as BT.601.
  const chosen = `[0:${source.video.index}]${deinterlace}${toStandardColor(source.video, picture)},scale=in_color_matrix=bt709:in_range=tv,format=rgb24,thumbnail=n=${CANDIDATES}`;
  const scaled = pictures.map(
    ({ size: { width, height } }, i) =>
      `[p${i}]scale=${width}:${height}:flags=bicubic:out_color_matrix=bt601:out_range=pc,format=yuvj420p[q${i}]`,
  );
  return {
    inputArgs: [
      ...(threads > 0 ? ['-threads', `${threads}`] : []),
      ...(at > 0 ? ['-ss', at.toFixed(3)] : []),
    ],
    args: ['-filter_complex', [`${chosen},split=${pictures.length}${labels}`, ...scaled].join(';')],
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
