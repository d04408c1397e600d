import { runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import type { OutputName } from '../kinds/outputs.ts';
import type { Outbox } from '../outbox.ts';
import type { EarlierOutputs, Recipe } from '../output.ts';
import type { Run } from './decoded-frames.ts';
import { tilesAlone } from './encode.ts';
import type { Renditions } from './make-renditions.ts';
import { makeStoryboard } from './pictures/pictures.ts';
import { makePreviews } from './pictures/previews.ts';
import type { VideoPlan } from './plan.ts';
import { storyboardRecipe } from './video-recipes.ts';

export interface FinishWork {
  plan: VideoPlan;
  run: Run & { input: string };
  made: Renditions;
  earlier: EarlierOutputs;
  stem: string;
}

/** Makes what is made of renditions, and checks and sends them. Returns reasons why they fall short. */
export async function finishVideo(
  { plan, run, made, earlier, stem }: FinishWork,
  outbox: Outbox,
): Promise<readonly string[]> {
  const { encodedSeconds } = made;
  for (const preview of await makePreviews(plan, run, { encodedSeconds, earlier })) outbox.send(preview);
  for await (const output of made.finish()) outbox.send(output);
  if (!takesOver(earlier, storyboardRecipe(plan), (file) => file.startsWith('storyboard.'))) {
    if (!made.hasTiles) await runFfmpeg({ ...run, ...tilesAlone(plan) });
    for (const output of await makeStoryboard(plan, run, stem)) outbox.send(output);
  }
  return made.notes;
}

export const takesOver = (
  earlier: EarlierOutputs,
  recipe: Recipe,
  isMeant: (name: OutputName) => boolean,
): boolean => earlier.takeOver([recipe], isMeant) !== undefined;
