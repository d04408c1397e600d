import { MediaError } from '../../base/errors.ts';
import { lineReader } from '../ffmpeg/line-reader.ts';
import type { VideoTrack } from '../ffmpeg/media-probe.ts';
import { type FfmpegRun, runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import { runFfprobe } from '../ffmpeg/run-ffprobe.ts';
import type { FrameFacts, VideoSource } from './source/video-source.ts';

export type Run = Pick<FfmpegRun, 'cwd' | 'maxPixels' | 'timeoutSeconds' | 'signal' | 'probeLength'>;

/** Codecs of the web and of animations, which have no interlaced frames. */
const NEVER_INTERLACED = ['vp6', 'vp6a', 'vp6f', 'vp8', 'vp9', 'av1', 'theora', 'png', 'qtrle', 'flv1'];
/** Lines of television, with and without those outside the picture; nothing else is interlaced. */
const INTERLACED_HEIGHTS = [480, 486, 512, 576, 608, 1080, 1088];
/** Where to look, as shares of the duration: a title or a still tells nothing about motion. */
const WINDOWS = [0.1, 0.35, 0.6, 0.85];
const FRAMES_PER_WINDOW = 30;
/**
 * Share of frames found interlaced from which all are taken for it: frames without motion look
 * progressive. Where `idet` errs, on fine patterns, it finds both orders of fields; a recording has
 * one.
 */
const INTERLACED_SHARE = 0.3;
const SAME_ORDER_SHARE = 0.8;
const LEAST_FRAMES = 4;

/** Looks at a few frames where the file leaves open what they are like; otherwise costs nothing. */
export async function lookAtFrames(
  source: VideoSource,
  run: Run,
): Promise<Pick<FrameFacts, 'hiddenFields' | 'isTransparent'>> {
  const { video } = source;
  const isOpen =
    video.fieldOrder === undefined &&
    INTERLACED_HEIGHTS.includes(video.height) &&
    !NEVER_INTERLACED.includes(video.codec);
  return {
    hiddenFields: isOpen ? fieldsIn(await logsOf(source, run, 'idet')) : undefined,
    isTransparent: video.hasAlpha && isAlphaUsed(await logsOf(source, run, ALPHA)),
  };
}

/** A decoder may need as many packets before it gives any sound. */
const FEW_PACKETS = 4;

/** Returns false if nothing can be decoded of a track of sound that has hardly any packets left. */
export async function isHeard({ audio, audioScan }: VideoSource, run: Run): Promise<boolean> {
  if (!audio || !audioScan || audioScan.packets > FEW_PACKETS) return true;
  const log = await logOf(run, { outputArgs: ['-map', `0:${audio.index}`] });
  return log !== undefined && !/nothing was encoded/.test(log);
}

/** Decodes the keyframes, the only ones at which the size can change, and compares their sizes. */
export async function changesSize({ video }: VideoSource, run: Run): Promise<boolean> {
  const sizes = new Set<string>();
  const args = ['-select_streams', `${video.index}`, '-skip_frame', 'nokey', '-of', 'csv=p=0'];
  await runFfprobe(
    { ...run, input: 'source' },
    [...args, '-show_entries', 'frame=width,height'],
    lineReader((line) => {
      const size = /^\d+,\d+/.exec(line)?.[0];
      if (size) sizes.add(size);
    }),
  );
  return sizes.size > 1;
}

/** Returns input options that choose a decoder: ffmpeg's own for VP8 and VP9 drop the alpha channel. */
export function decoderArgs({ hasAlpha, codec }: VideoTrack): string[] {
  const decoder = { vp8: 'libvpx', vp9: 'libvpx-vp9' }[codec];
  return hasAlpha && decoder ? ['-c:v', decoder] : [];
}

/** Returns what a filter logs over frames from each part of the video. */
async function logsOf({ video, durationSeconds, leadSeconds }: VideoSource, run: Run, filter: string) {
  const logs: string[] = [];
  for (const share of WINDOWS) {
    const at = leadSeconds + durationSeconds * share;
    const log = await logOf(run, {
      inputArgs: [...decoderArgs(video), '-ss', at.toFixed(3), '-noaccurate_seek'],
      outputArgs: ['-map', `0:${video.index}`, '-vf', filter, '-frames:v', `${FRAMES_PER_WINDOW}`],
    });
    logs.push(log ?? '');
  }
  return logs;
}

/** Returns ffmpeg's log of decoding a part; undefined if it fails: all of the file is judged where it is encoded. */
async function logOf(
  run: Run,
  { inputArgs = [], outputArgs }: { inputArgs?: string[]; outputArgs: string[] },
): Promise<string | undefined> {
  const outputs = [{ args: [...outputArgs, '-f', 'null'], target: 'none' }];
  try {
    const decoding = { ...run, input: 'source', inputArgs, outputs };
    return (await runFfmpeg({ ...decoding, logLevel: 'info', maxErrorRate: 1 })).log;
  } catch (error) {
    if (error instanceof MediaError && error.category === 'processing') return undefined;
    throw error;
  }
}

/** Sums up what `idet` counted in each window. */
function fieldsIn(logs: readonly string[]): FrameFacts['hiddenFields'] {
  const counts = { TFF: 0, BFF: 0, Progressive: 0 };
  for (const log of logs) {
    const report = log.slice(log.lastIndexOf('Multi frame detection:'));
    for (const name of Object.keys(counts) as (keyof typeof counts)[])
      counts[name] += Number(new RegExp(`${name}: *(\\d+)`).exec(report)?.[1] ?? 0);
  }
  const interlaced = counts.TFF + counts.BFF;
  const isInterlaced =
    interlaced >= LEAST_FRAMES &&
    interlaced >= INTERLACED_SHARE * (interlaced + counts.Progressive) &&
    Math.max(counts.TFF, counts.BFF) >= SAME_ORDER_SHARE * interlaced;
  return isInterlaced ? (counts.TFF >= counts.BFF ? 'tff' : 'bff') : undefined;
}

const ALPHA = 'alphaextract,signalstats,metadata=print:key=lavfi.signalstats.YMAX';

/** Many programs write 32 bits per pixel and leave the fourth byte at 0: then all is meant to be seen. */
function isAlphaUsed(logs: readonly string[]): boolean {
  return logs.some((log) => /signalstats\.YMAX=[1-9]/.test(log));
}
