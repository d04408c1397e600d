import type { FfmpegRun } from '../../ffmpeg/run-ffmpeg.ts';
import { framesOf, inputOfClip } from '../clip.ts';
import { toJpeg, toStandardColor } from '../color.ts';
import { decoderArgs } from '../decoded-frames.ts';
import { ratio } from '../frame-rate.ts';
import { inputFilters } from '../input-filters.ts';
import { fraction, type Picture, type VideoPlan } from '../plan.ts';

/** File that the encoding run writes for the storyboard: one tile per frame. */
export const TILES_NAME = 'tiles.mkv';
export const BRIGHTNESS_NAME = 'brightness.txt';
export const STORYBOARD_NAME = 'storyboard.jpg';

type Arguments = Pick<FfmpegRun, 'inputArgs' | 'args' | 'outputs'>;

/**
 * Number of frames from which to choose the most representative one; the filter buffers them all, 6
 * MB each at 1080p.
 */
const CANDIDATES = 12;

export const picturesOf = (plan: VideoPlan): Picture[] => [
  { name: 'poster.jpg', size: plan.picture },
  ...plan.thumbnails,
];

/** Arguments that make the pictures from about this position. */
export function pictureArguments(plan: VideoPlan, at: number): Arguments {
  const { source, picture, threads } = plan;
  const pictures = picturesOf(plan);
  const labels = pictures.map((_, i) => `[p${i}]`).join('');
  // `thumbnail` works on RGB; the conversion that ffmpeg would insert before it treats every video
  // as BT.601.
  const chosen = `[0:${source.video.index}]${inputFilters(source)}${clipped(plan, at)}${toStandardColor(source.video, picture)},scale=in_color_matrix=bt709:in_range=tv,format=rgb24,thumbnail=n=${CANDIDATES}`;
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
      ...(source.clip ? inputOfClip(source, 0, at) : from > 0 ? ['-ss', from.toFixed(3)] : []),
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

/** Filters that leave out what is not in the clip, as those of renditions do. */
const clipped = ({ source, frameRate }: VideoPlan, at: number): string =>
  source.clip
    ? `fps=${fraction(frameRate)}:start_time=0,trim=end_frame=${framesOf(source, ratio(frameRate), at)},`
    : '';

/** Input and arguments that combine the tiles into one sprite. */
export function storyboardArguments({
  storyboard: { tile, columns, rows },
}: VideoPlan): Pick<FfmpegRun, 'input' | 'outputs'> {
  const filters = `${toJpeg(tile)},tile=${columns}x${rows}`;
  const args = ['-vf', filters, '-frames:v', '1', '-q:v', '4', '-update', '1', '-fflags', '+bitexact'];
  return { input: TILES_NAME, outputs: [{ args, target: STORYBOARD_NAME }] };
}
