import { join } from 'node:path';
import type { Config } from '../../../base/config.ts';
import { MediaError } from '../../../base/errors.ts';
import { runFfmpeg } from '../../ffmpeg/run-ffmpeg.ts';
import { type FfprobeRun, runFfprobe } from '../../ffmpeg/run-ffprobe.ts';
import type { Watermarks } from '../../watermark/watermark-image.ts';
import { ratio } from '../frame-rate.ts';
import { profileWatermark, writeOverlays } from '../overlay.ts';
import { TILES_NAME } from '../pictures/picture-arguments.ts';
import type { ByteRange } from './byte-range.ts';
import { CHUNK_NAME, chunkEncoding } from './chunk-arguments.ts';
import type { ChunkFiles } from './chunk-files.ts';
import {
  type ChunkReport,
  chunkFolder,
  type FilmPlan,
  readFilmPlan,
  readReport,
  writeReport,
} from './film-plan.ts';
import type { VideoChunk } from './plan-chunks.ts';

export interface ChunkWork {
  config: Config<'PROCESSING_TIMEOUT' | 'MAX_VIDEO_PIXELS'>;
  watermarks?: Watermarks | undefined;
  files: ChunkFiles;
  /** Empty directory. */
  directory: string;
  /** Writes these bytes of the upload, of so many, into a file, each where it is in the upload. */
  readSource(file: string, ranges: readonly ByteRange[], bytes: number): Promise<void>;
  signal?: AbortSignal | undefined;
  /** Receives how much is done, in percent. */
  onProgress?(percent: number): void;
}

/**
 * Encodes one chunk of a film, unless a try before has done it, and returns whether its part of the
 * upload is damaged.
 */
export async function encodeChunk(work: ChunkWork, number: number): Promise<{ isDamaged: boolean }> {
  const { files, directory: cwd } = work;
  const earlier = await readReport(files, number);
  if (earlier) return earlier;
  const film = await readFilmPlan(files, undefined);
  const chunk = film.chunks[number];
  if (!chunk)
    throw new MediaError(
      'InvalidConfiguration',
      `Expected the number of one of ${film.chunks.length} chunks, got ${number}.`,
    );
  const watermark = await profileWatermark(film.plan.profile, work.watermarks);
  await work.readSource(join(cwd, 'source'), chunk.ranges, film.bytes);
  const report = await encode(work, { ...film, plan: { ...film.plan, watermark } }, chunk);
  if (!report.isDamaged) {
    const folder = chunkFolder(number);
    await files.write(`${folder}/${CHUNK_NAME}`, { file: join(cwd, CHUNK_NAME) });
    if (chunk.tiles.length > 0) await files.write(`${folder}/${TILES_NAME}`, { file: join(cwd, TILES_NAME) });
  }
  // Last: it says that the others are there.
  await writeReport(files, number, report);
  return report;
}

async function encode(
  { config, directory: cwd, signal, onProgress }: ChunkWork,
  { plan }: FilmPlan,
  chunk: VideoChunk,
): Promise<ChunkReport> {
  const { fromFrame, toFrame } = chunk;
  const rate = ratio(plan.frameRate);
  const begin = fromFrame / rate;
  const length = (toFrame === undefined ? plan.source.durationSeconds : toFrame / rate) - begin;
  await writeOverlays(plan, cwd);
  const run = {
    ...{ cwd, signal, timeoutSeconds: config.PROCESSING_TIMEOUT, maxPixels: config.MAX_VIDEO_PIXELS },
  };
  try {
    const { damage } = await runFfmpeg({
      ...{ ...run, input: 'source' },
      ...chunkEncoding(plan, chunk),
      onProgress: ({ seconds }) => onProgress?.(Math.min(100, (100 * Math.max(0, seconds - begin)) / length)),
    });
    const { frames, parameters } = damage.frames > 0 ? NOTHING : await lookInto(run);
    const isShort = toFrame !== undefined && frames !== toFrame - fromFrame;
    const isDamaged = damage.frames > 0 || damage.truncated || isShort;
    return { frames, parameters, isDamaged };
  } catch (error) {
    if (!(error instanceof MediaError) || error.category !== 'processing') throw error;
    return { ...NOTHING, isDamaged: true };
  }
}

const NOTHING = { frames: 0, parameters: [] };

/** Reads the headers of the encoded chunk. */
async function lookInto(run: Omit<FfprobeRun, 'input'>): Promise<Pick<ChunkReport, 'frames' | 'parameters'>> {
  let text = '';
  const entries = 'stream=nb_frames,extradata_hash';
  const args = ['-show_entries', entries, '-show_data_hash', 'SHA256', '-of', 'json'];
  await runFfprobe({ ...run, input: CHUNK_NAME }, args, (part) => {
    text += part;
  });
  const { streams = [] } = JSON.parse(text) as {
    streams?: { nb_frames?: string; extradata_hash?: string }[];
  };
  return {
    frames: Number(streams[0]?.nb_frames ?? 0),
    parameters: streams.map(({ extradata_hash }) => extradata_hash ?? ''),
  };
}
