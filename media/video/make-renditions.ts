import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../base/config.ts';
import { type FfmpegRun, runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import type { OutputName } from '../kinds/outputs.ts';
import type { Outbox } from '../outbox.ts';
import type { EarlierOutput, EarlierOutputs, Output } from '../output.ts';
import { assertLasts, checkedRendition, judgeDamage, judgeLength } from './check-output.ts';
import { encoding } from './encode.ts';
import { ratio } from './frame-rate.ts';
import { segmentsFolder } from './hls.ts';
import { writeOverlays } from './overlay.ts';
import { TILES_NAME } from './pictures/picture-arguments.ts';
import type { VideoPlan } from './plan.ts';
import type { progressReporter } from './progress.ts';
import { segmentCollector } from './segments.ts';
import { encodingRecipes } from './video-recipes.ts';

export interface RenditionWork {
  plan: VideoPlan;
  run: Omit<FfmpegRun, 'outputs'>;
  config: Config<'TRUNCATED_MEDIA'>;
  earlier: EarlierOutputs;
  progress: ReturnType<typeof progressReporter>;
  /** Passes on segments while later ones are made. */
  send: Outbox['send'];
  /** Run that makes them; default: that which encodes the upload. */
  making?: Pick<FfmpegRun, 'outputs'> & Partial<FfmpegRun>;
}

export interface Renditions {
  /** Seconds of the upload that were encoded. */
  encodedSeconds: number;
  notes: readonly string[];
  /** Whether the storyboard's tiles are on disk. */
  hasTiles: boolean;
  /** Checks the files, whose names are those of renditions, and returns what is still to be sent. */
  finish(): AsyncIterable<Output>;
}

/** Makes the renditions and their HLS segments, unless they were made before. */
export async function makeRenditions({ earlier, ...work }: RenditionWork): Promise<Renditions> {
  const { plan, run, config, progress, send, making = encoding(plan) } = work;
  const files = new Set<OutputName>(plan.profile.renditions.map(({ name }) => `${name}.mp4` as const));
  const isMeant = (file: OutputName) => files.has(file) || file.startsWith('hls/');
  const taken = earlier.takeOver(encodingRecipes(plan), isMeant);
  if (taken)
    return {
      ...{ encodedSeconds: longest(taken), notes: earlier.degraded, hasTiles: false },
      async *finish() {},
    };
  const { cwd, signal } = run;
  const segments = plan.hls ? segmentCollector(plan, cwd, send) : undefined;
  for (const { name } of plan.hls ? plan.renditions : [])
    await mkdir(join(cwd, segmentsFolder(name)), { recursive: true });
  await writeOverlays(plan, cwd);
  const { damage, reached } = await runFfmpeg({
    ...run,
    ...making,
    onProgress(position) {
      progress.encoded(position);
      segments?.collect();
    },
  });
  const damaged = judgeDamage(damage, plan.source, config);
  progress.begin('publish');
  const encodedSeconds = Math.min(reached.seconds, reached.frames / ratio(plan.frameRate));
  const short = judgeLength(plan.source, { encodedSeconds });
  const streamed = await segments?.finish();
  for (const [name, seconds] of streamed?.seconds ?? [])
    assertLasts(plan.source, { seconds, name: `the HLS rendition ${name}`, encodedSeconds });
  return {
    encodedSeconds,
    notes: [...damaged, ...short, ...(streamed?.notes ?? [])],
    hasTiles: existsSync(join(cwd, TILES_NAME)),
    async *finish() {
      for (const rendition of plan.renditions)
        yield await checkedRendition(plan, rendition, { cwd, signal, encodedSeconds });
      yield* streamed?.playlists ?? [];
    },
  };
}

const longest = (taken: readonly EarlierOutput[]) =>
  Math.max(0, ...taken.map(({ facts }) => Number(facts.durationSeconds ?? 0)));
