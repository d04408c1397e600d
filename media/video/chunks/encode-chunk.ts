import { join } from 'node:path';
import type { ByteRange } from '../../../base/byte-range.ts';
import type { Config } from '../../../base/config.ts';
import { MediaError } from '../../../base/errors.ts';
import { runFfmpeg } from '../../ffmpeg/run-ffmpeg.ts';
import { type FfprobeRun, runFfprobe } from '../../ffmpeg/run-ffprobe.ts';
import type { Watermarks } from '../../watermark/watermark-image.ts';
import type { Encoding } from '../encode.ts';
import { ratio } from '../frame-rate.ts';
import { profileWatermark, writeOverlays } from '../overlay.ts';
import { TILES_NAME } from '../pictures/picture-arguments.ts';
import { CHUNK_NAME, chunkEncoding, SOUND_NAME, soundEncoding } from './chunk-arguments.ts';
import type { ChunkFiles } from './chunk-files.ts';
import {
  type ChunkReport,
  chunkFolder,
  type FilmPlan,
  readFilmPlan,
  readReport,
  writeReport,
} from './film-plan.ts';

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
 * Encodes one chunk of a film, or its sound, unless a try before has done it, and returns whether its part
 * of the upload is damaged.
 */
export async function encodeChunk(work: ChunkWork, number: number): Promise<{ isDamaged: boolean }> {
  const { files, directory: cwd } = work;
  const earlier = await readReport(files, number);
  if (earlier) return earlier;
  const unmarked = await readFilmPlan(files, undefined);
  const watermark = await profileWatermark(unmarked.plan.profile, work.watermarks);
  const film = { ...unmarked, plan: { ...unmarked.plan, watermark } };
  const made = madeBy(film, number);
  await work.readSource(join(cwd, 'source'), made.ranges, film.bytes);
  const report = await encode(work, film, made);
  // The report comes last: it says that the others are there.
  const names = report.isDamaged ? [] : made.names;
  for (const name of names) await files.write(`${chunkFolder(number)}/${name}`, { file: join(cwd, name) });
  await writeReport(files, number, report);
  return report;
}

/** One run of ffmpeg. */
interface Making {
  encoding: Encoding;
  ranges: readonly ByteRange[];
  /** Names of its files, of which the first is looked into. */
  names: readonly [string, ...string[]];
  beginSeconds: number;
  endSeconds: number;
  /** Absent if that is not known before. */
  frames?: number;
}

function madeBy({ plan, chunks, bytes }: FilmPlan, number: number): Making {
  const { durationSeconds } = plan.source;
  if (number === chunks.length && plan.audio !== 'none')
    return {
      ...{ encoding: soundEncoding(plan), ranges: [{ start: 0, end: bytes }], names: [SOUND_NAME] },
      ...{ beginSeconds: 0, endSeconds: durationSeconds },
    };
  const chunk = chunks[number];
  if (!chunk)
    throw new MediaError(
      'InvalidConfiguration',
      `Expected the number of one of ${chunks.length} chunks, got ${number}.`,
    );
  const { ranges, tiles, fromFrame, toFrame } = chunk;
  const rate = ratio(plan.frameRate);
  return {
    ...{
      encoding: chunkEncoding(plan, chunk),
      ranges,
      names: [CHUNK_NAME, ...(tiles.length > 0 ? [TILES_NAME] : [])],
    },
    ...{
      beginSeconds: fromFrame / rate,
      endSeconds: toFrame === undefined ? durationSeconds : toFrame / rate,
    },
    ...(toFrame !== undefined && { frames: toFrame - fromFrame }),
  };
}

async function encode(
  { config, directory: cwd, signal, onProgress }: ChunkWork,
  { plan }: FilmPlan,
  { encoding, names: [name], beginSeconds: begin, endSeconds, frames: expected }: Making,
): Promise<ChunkReport> {
  await writeOverlays(plan, cwd);
  const run = {
    ...{ cwd, signal, timeoutSeconds: config.PROCESSING_TIMEOUT, maxPixels: config.MAX_VIDEO_PIXELS },
  };
  const share = (seconds: number) => Math.max(0, seconds - begin) / Math.max(1, endSeconds - begin);
  try {
    const { damage } = await runFfmpeg({
      ...{ ...run, input: 'source' },
      ...encoding,
      onProgress: ({ seconds }) => onProgress?.(Math.min(100, 100 * share(seconds))),
    });
    const found = damage.frames > 0 ? NOTHING : await lookInto({ ...run, input: name });
    const isShort = expected !== undefined && found.frames !== expected;
    return { ...found, isDamaged: damage.frames > 0 || damage.truncated || isShort };
  } catch (error) {
    if (!(error instanceof MediaError) || error.category !== 'processing') throw error;
    return { ...NOTHING, isDamaged: true };
  }
}

const NOTHING = { frames: 0, parameters: [] };

/** Reads the headers of what was encoded. */
async function lookInto(run: FfprobeRun): Promise<Pick<ChunkReport, 'frames' | 'parameters'>> {
  let text = '';
  const entries = 'stream=nb_frames,extradata_hash';
  const args = ['-show_entries', entries, '-show_data_hash', 'SHA256', '-of', 'json'];
  await runFfprobe(run, args, (part) => {
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
