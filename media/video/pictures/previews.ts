import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type FfmpegRun, runFfmpeg } from '../../ffmpeg/run-ffmpeg.ts';
import type { EarlierOutputs, Output } from '../../output.ts';
import type { VideoPlan } from '../plan.ts';
import { previewRecipe } from '../video-recipes.ts';
import { previewRun } from './preview-arguments.ts';

type Run = Pick<FfmpegRun, 'cwd' | 'timeoutSeconds' | 'signal'>;

const CONTENT_TYPES = { webp: 'image/webp', mp4: 'video/mp4' } as const;

/**
 * Makes the profile's previews, without sound, from renditions that are still on disk, or were made
 * before.
 */
export async function makePreviews(
  plan: VideoPlan,
  { cwd, timeoutSeconds, signal }: Run,
  { encodedSeconds, earlier }: { encodedSeconds: number; earlier: EarlierOutputs },
): Promise<Output[]> {
  const outputs: Output[] = [];
  for (const preview of plan.profile.previews) {
    const recipe = previewRecipe(plan, preview);
    const { name, size, seconds, framesPerSecond, ...run } = previewRun(preview, plan, encodedSeconds);
    if (earlier.takeOver([recipe], (file) => file === name)) continue;
    if (!existsSync(join(cwd, run.input))) await earlier.read(run.input, join(cwd, run.input));
    await runFfmpeg({ ...{ cwd, timeoutSeconds, signal }, ...run });
    outputs.push({
      ...{ name, contentType: CONTENT_TYPES[preview.format], body: { file: join(cwd, name) } },
      facts: { ...size, durationSeconds: seconds, framesPerSecond },
      recipe,
    });
  }
  return outputs;
}
