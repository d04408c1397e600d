import { copyFile, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Closing, Output } from '../../../../media/output.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import type { JobProgress } from '../../../../media/progress.ts';
import { transcodeVideo, type VideoWork } from '../../../../media/video/transcode-file.ts';

export const CONFIG: VideoWork['config'] = {
  ENABLE_HLS_TRANSCODING: true,
  MEDIA_PROCESSOR_CONCURRENCY: 0,
  MAX_VIDEO_BYTES: 1e9,
  MAX_VIDEO_PIXELS: 36_000_000,
  MAX_VIDEO_SECONDS: 4 * 3600,
  MAX_AUDIO_SECONDS: 12 * 3600,
  ENABLE_LOUDNESS_NORMALIZATION: false,
  TRUNCATED_MEDIA: 'keep' as const,
  PROCESSING_TIMEOUT: 60,
};

export interface Transcoded extends Omit<Closing, 'metadata'> {
  // biome-ignore lint/suspicious/noExplicitAny: the tests look at single facts of a published JSON document.
  metadata: any;
  outputs: Map<string, Output>;
  progress: JobProgress[];
  /** Where the published bytes of an output lie. */
  file(name: string): string;
  text(name: string): Promise<string>;
  /** What is left in the work directory. */
  left(): Promise<string[]>;
}

/** Runs the product's own code on one file, and keeps what it would publish below `studio`. */
export async function transcode(
  studio: string,
  source: string,
  config: Partial<VideoWork['config']> = {},
  profile: VideoWork['profile'] = DEFAULT_PROFILE,
  watermarks: VideoWork['watermarks'] = new Map(),
): Promise<Transcoded> {
  return published(studio, async (work) => {
    await copyFile(source, join(work.directory, 'source'));
    return transcodeVideo({ ...work, profile, watermarks, config: { ...CONFIG, ...config } });
  });
}

type Work = Pick<VideoWork, 'directory' | 'stem' | 'emit'> & Required<Pick<VideoWork, 'onProgress'>>;

/** Keeps what `make` publishes below `studio`. */
export async function published(studio: string, make: (work: Work) => Promise<Closing>): Promise<Transcoded> {
  const directory = await mkdtemp(join(studio, 'work-'));
  const published = await mkdtemp(join(studio, 'published-'));
  const outputs = new Map<string, Output>();
  const progress: JobProgress[] = [];
  const closing = await make({
    ...{ directory, stem: 'my clip' },
    onProgress: (now) => progress.push(now),
    async emit(output) {
      if (outputs.has(output.name)) throw new Error(`${output.name} came twice`);
      outputs.set(output.name, output);
      const to = join(published, output.name);
      await mkdir(dirname(to), { recursive: true });
      await (Buffer.isBuffer(output.body) ? writeFile(to, output.body) : copyFile(output.body.file, to));
    },
  });
  return {
    ...closing,
    outputs,
    progress,
    file: (name) => join(published, name),
    text: (name) => readFile(join(published, name), 'utf8'),
    left: () => readdir(directory, { recursive: true }),
  };
}
