import type { FfmpegRun } from '../../ffmpeg/run-ffmpeg.ts';
import { outputOfProfile } from '../../kinds/describe-output.ts';
import type { OutputName } from '../../kinds/outputs.ts';
import type { VideoProfile } from '../../profile/video-profile.ts';
import { type Size, shrink, type VideoRendition } from '../ladder.ts';
import type { VideoPlan } from '../plan.ts';

type Preview = VideoProfile['previews'][number];

export interface PreviewRun extends Pick<FfmpegRun, 'inputArgs' | 'outputs'> {
  /** Rendition. */
  input: OutputName;
  name: OutputName;
  size: Size;
  seconds: number;
  framesPerSecond: number;
  maxPixels: number;
}

const ENCODERS: Readonly<Record<Preview['format'], readonly string[]>> = {
  webp: ['-c:v', 'libwebp_anim', '-quality', '60', '-compression_level', '4', '-loop', '0', '-f', 'webp'],
  mp4: [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-crf', '26'],
    ...['-pix_fmt', 'yuv420p', '-movflags', '+faststart', '-f', 'mp4'],
  ],
};

/**
 * Plans a preview, made from a rendition: its frames are upright, progressive and SDR already.
 * `encodedSeconds`: its duration.
 */
export function previewRun(preview: Preview, plan: VideoPlan, encodedSeconds: number): PreviewRun {
  const { side, format } = preview;
  const rendition = renditionFor(side, plan);
  const size = shrink(rendition, side, side);
  const seconds = Math.min(preview.seconds, encodedSeconds);
  // At least one frame.
  const framesPerSecond = Math.max(preview.framesPerSecond, Math.ceil(1 / seconds));
  const wanted = preview.atSeconds ?? plan.picturesAt[0] ?? 0;
  const at = Math.max(0, Math.min(wanted, encodedSeconds - seconds));
  const threads = plan.threads > 0 ? ['-threads', `${plan.threads}`] : [];
  const name = outputOfProfile(preview.name, format);
  const filters = `fps=${framesPerSecond},scale=${size.width}:${size.height}:flags=bicubic`;
  const args = [
    ...['-map', '0:v:0', '-an', '-t', seconds.toFixed(3), '-vf', filters],
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact', '-flags', '+bitexact'],
    ...threads,
    ...ENCODERS[format],
  ];
  return {
    ...{ name, size, seconds, framesPerSecond, maxPixels: rendition.width * rendition.height * 2 },
    input: `${rendition.name}.mp4`,
    inputArgs: [...threads, ...(at > 0 ? ['-ss', at.toFixed(3)] : [])],
    outputs: [{ args, target: name }],
  };
}

/** The smallest that is large enough, since it is the quickest to decode. */
function renditionFor(side: number, { renditions }: VideoPlan): VideoRendition {
  const found = renditions.findLast(({ width, height }) => Math.max(width, height) >= side) ?? renditions[0];
  if (!found) throw new Error('Expected a rendition');
  return found;
}
