import { copyFile, mkdir, mkdtemp, open, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ByteRange } from '../../../base/byte-range.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import type { ChunkFiles } from '../../../media/video/chunks/chunk-files.ts';
import { encodeChunk } from '../../../media/video/chunks/encode-chunk.ts';
import { type FilmPlan, readFilmPlan } from '../../../media/video/chunks/film-plan.ts';
import { joinVideo } from '../../../media/video/chunks/join-video.ts';
import { transcodeVideo, type VideoWork } from '../../../media/video/transcode-file.ts';
import { CONFIG, published, type Transcoded } from '../../unit/media/video/transcode.ts';

export interface Film extends Transcoded {
  /** What the tasks agreed on. */
  plan: FilmPlan;
  /** Bytes of the upload that each chunk read. */
  bytesRead: number[];
}

export interface FilmOptions {
  CHUNK_SECONDS?: number;
  config?: Partial<VideoWork['config']>;
  profile?: VideoWork['profile'];
  watermarks?: VideoWork['watermarks'];
}

/** Encodes one file as a film is by many tasks, each with a directory of its own. Throws why, if it is not split. */
export async function transcodeInChunks(
  studio: string,
  source: string,
  { CHUNK_SECONDS = 6, config = {}, profile = DEFAULT_PROFILE, watermarks = new Map() }: FilmOptions = {},
): Promise<Film> {
  const files = directoryFiles(await mkdtemp(join(studio, 'between-')));
  const work = { config: { ...CONFIG, ...config }, profile, watermarks, files };
  const split = { config: { CHUNK_ABOVE_SECONDS: 1, CHUNK_SECONDS }, files };
  const chunks = await splitFile(studio, source, { ...work, split });
  const bytesRead: number[] = [];
  // In another order than theirs.
  for (const number of [...chunks].reverse()) {
    const directory = await mkdtemp(join(studio, 'chunk-'));
    const readSource = async (file: string, ranges: readonly ByteRange[], bytes: number) => {
      bytesRead.unshift(ranges.reduce((sum, { start, end }) => sum + end - start, 0));
      await copyRanges(source, file, { ranges, bytes });
    };
    await encodeChunk({ ...work, directory, readSource }, number);
  }
  const joined = await published(studio, async (to) => {
    const closing = await joinVideo({ ...work, ...to });
    if (typeof closing === 'string') throw new Error(closing);
    return closing;
  });
  return { ...joined, plan: await readFilmPlan(files, undefined), bytesRead };
}

async function splitFile(
  studio: string,
  source: string,
  work: Pick<VideoWork, 'config' | 'profile' | 'watermarks' | 'split'>,
): Promise<number[]> {
  const directory = await mkdtemp(join(studio, 'split-'));
  await copyFile(source, join(directory, 'source'));
  let why = '';
  const split = work.split && {
    ...work.split,
    onWhole: (reason: string) => {
      why = reason;
    },
  };
  const emit = () => Promise.reject(new Error(`Expected chunks, got outputs: ${why}`));
  const answer = await transcodeVideo({ ...work, split, directory, stem: 'my clip', emit });
  if ('chunks' in answer) return answer.chunks;
  throw new Error(`Expected chunks, got none: ${why}`);
}

export function directoryFiles(directory: string): ChunkFiles {
  const place = async (name: string) => {
    const file = join(directory, name);
    await mkdir(dirname(file), { recursive: true });
    return file;
  };
  return {
    async write(name, body) {
      const file = await place(name);
      await (Buffer.isBuffer(body) ? writeFile(file, body) : copyFile(body.file, file));
    },
    read: async (name) => readFile(await place(name)).catch(() => undefined),
    download: async (name, file) => copyFile(await place(name), file),
  };
}

export async function copyRanges(
  source: string,
  file: string,
  { ranges, bytes }: { ranges: readonly ByteRange[]; bytes: number },
): Promise<void> {
  const [from, to] = [await open(source), await open(file, 'w')];
  try {
    await to.truncate(bytes);
    for (const { start, end } of ranges) {
      const { buffer } = await from.read(Buffer.alloc(end - start), 0, end - start, start);
      await to.write(buffer, 0, buffer.length, start);
    }
  } finally {
    await Promise.all([from.close(), to.close()]);
  }
}
