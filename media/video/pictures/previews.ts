import { join } from 'node:path';
import { type FfmpegRun, runFfmpeg } from '../../ffmpeg/run-ffmpeg.ts';
import type { Output } from '../../output.ts';
import type { VideoPlan } from '../plan.ts';
import { previewRun } from './preview-arguments.ts';

type Run = Pick<FfmpegRun, 'cwd' | 'timeoutSeconds' | 'signal'>;

const CONTENT_TYPES = { webp: 'image/webp', mp4: 'video/mp4' } as const;

/** Makes the profile's previews, without sound, from renditions that are still on disk. */
export async function makePreviews(
  plan: VideoPlan,
  { cwd, timeoutSeconds, signal }: Run,
  { encodedSeconds }: { encodedSeconds: number },
): Promise<Output[]> {
  const { previews, renditions } = plan.profile;
  const outputs: Output[] = [];
  for (const preview of previews) {
    const { name, size, seconds, ...run } = previewRun(preview, plan, encodedSeconds);
    await runFfmpeg({ ...{ cwd, timeoutSeconds, signal }, ...run });
    outputs.push({
      ...{ name, contentType: CONTENT_TYPES[preview.format], body: { file: join(cwd, name) } },
      facts: { ...size, durationSeconds: seconds, framesPerSecond: preview.framesPerSecond },
      recipe: { name: 'preview', definition: { preview, renditions } },
    });
  }
  return outputs;
}
