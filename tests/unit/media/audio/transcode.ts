import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type FileWork, transcodeFile } from '../../../../media/audio/transcode-file.ts';
import type { Closing, Output } from '../../../../media/output.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import type { JobProgress } from '../../../../media/progress.ts';

export const CONFIG = {
  PROCESSING_TIMEOUT: 60,
  MAX_AUDIO_SECONDS: 4 * 3600,
  ENABLE_LOUDNESS_NORMALIZATION: false,
  TRUNCATED_MEDIA: 'keep' as const,
};

export interface Transcoded extends Closing {
  metadata: Record<string, unknown>;
  /** By name: where the published bytes lie. */
  files: Map<string, string>;
  outputs: Map<string, Output>;
  sha256: Record<string, string>;
  progress: JobProgress[];
}

/** Runs the product's own code on one file, and keeps what it would publish below `studio`. */
export async function transcode(
  studio: string,
  source: string,
  changes: Partial<FileWork> = {},
): Promise<Transcoded> {
  const directory = await mkdtemp(join(studio, 'work-'));
  const published = join(directory, 'published');
  await mkdir(published);
  await copyFile(source, join(directory, 'source'));
  const outputs = new Map<string, Output>();
  const progress: JobProgress[] = [];
  const closing = await transcodeFile({
    profile: DEFAULT_PROFILE.audio,
    ...{ directory, source: 'source', config: CONFIG, signal: new AbortController().signal },
    onProgress: (now) => progress.push(now),
    async emit(output) {
      outputs.set(output.name, output);
      const to = join(published, output.name);
      await (Buffer.isBuffer(output.body) ? writeFile(to, output.body) : copyFile(output.body.file, to));
    },
    ...changes,
  });
  const files = new Map([...outputs.keys()].map((name) => [name, join(published, name)]));
  const hashed = [...files].map(async ([name, file]) => [
    name,
    createHash('sha256')
      .update(await readFile(file))
      .digest('hex'),
  ]);
  const sha256 = Object.fromEntries((await Promise.all(hashed)).sort());
  return {
    ...closing,
    metadata: closing.metadata as Record<string, unknown>,
    files,
    outputs,
    sha256,
    progress,
  };
}

export const AUDIO = ['audio.mp3', 'audio.m4a', 'audio.ogg'] as const;
