import { join } from 'node:path';
import { type FfmpegRun, runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import { outputOfProfile } from '../kinds/describe-output.ts';
import type { Output, Recipe } from '../output.ts';
import type { VideoProfile } from '../profile/video-profile.ts';
import { type Size, shrink, type VideoRendition } from './ladder.ts';
import type { VideoPlan } from './plan.ts';

type Preview = VideoProfile['previews'][number];
type Run = Pick<FfmpegRun, 'cwd' | 'timeoutSeconds' | 'signal'>;

const CONTENT_TYPES = { webp: 'image/webp', mp4: 'video/mp4' } as const;
const ENCODERS: Readonly<Record<Preview['format'], readonly string[]>> = {
  webp: ['-c:v', 'libwebp_anim', '-quality', '60', '-compression_level', '4', '-loop', '0', '-f', 'webp'],
  mp4: [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-crf', '26'],
    ...['-pix_fmt', 'yuv420p', '-movflags', '+faststart', '-f', 'mp4'],
  ],
};

/**
 * Makes the profile's previews, without sound, from a rendition that is still on disk: its frames are
 * upright, progressive and SDR already. `encodedSeconds`: its duration.
 */
export async function makePreviews(
  plan: VideoPlan,
  run: Run,
  { encodedSeconds }: { encodedSeconds: number },
): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const preview of plan.profile.previews) {
    const rendition = renditionFor(preview, plan);
    const size = shrink(rendition, preview.side, preview.side);
    const seconds = Math.min(preview.seconds, encodedSeconds);
    const at = Math.max(0, Math.min(preview.atSeconds ?? plan.picturesAt[0] ?? 0, encodedSeconds - seconds));
    const name = outputOfProfile(preview.name, preview.format);
    await runFfmpeg({
      ...run,
      maxPixels: rendition.width * rendition.height * 2,
      input: `${rendition.name}.mp4`,
      inputArgs: [...threads(plan), ...(at > 0 ? ['-ss', at.toFixed(3)] : [])],
      outputs: [{ args: previewArguments(preview, size, seconds, plan), target: name }],
    });
    outputs.push({
      ...{ name, contentType: CONTENT_TYPES[preview.format], body: { file: join(run.cwd, name) } },
      facts: { ...size, durationSeconds: seconds, framesPerSecond: preview.framesPerSecond },
      recipe: previewRecipe(preview, plan),
    });
  }
  return outputs;
}

/** The smallest that is large enough, since it is the quickest to decode. */
function renditionFor({ side }: Preview, { renditions }: VideoPlan): VideoRendition {
  const found = renditions.findLast(({ width, height }) => Math.max(width, height) >= side) ?? renditions[0];
  if (!found) throw new Error('Expected a rendition');
  return found;
}

function previewArguments(
  { format, framesPerSecond }: Preview,
  { width, height }: Size,
  seconds: number,
  plan: VideoPlan,
): string[] {
  const filters = `fps=${framesPerSecond},scale=${width}:${height}:flags=bicubic`;
  return [
    ...['-map', '0:v:0', '-an', '-t', seconds.toFixed(3), '-vf', filters],
    ...['-map_metadata', '-1', '-map_chapters', '-1', '-fflags', '+bitexact', '-flags', '+bitexact'],
    ...threads(plan),
    ...ENCODERS[format],
  ];
}

const threads = ({ threads }: VideoPlan) => (threads > 0 ? ['-threads', `${threads}`] : []);

const previewRecipe = (preview: Preview, { profile: { renditions } }: VideoPlan): Recipe => ({
  name: 'preview',
  definition: { preview, renditions },
});
