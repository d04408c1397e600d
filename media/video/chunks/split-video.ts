import { join } from 'node:path';
import type { ByteRange } from '../../../base/byte-range.ts';
import { lineReader } from '../../ffmpeg/line-reader.ts';
import type { FfmpegRun } from '../../ffmpeg/run-ffmpeg.ts';
import { runFfprobe } from '../../ffmpeg/run-ffprobe.ts';
import { makePictures } from '../pictures/pictures.ts';
import type { VideoPlan } from '../plan.ts';
import type { ChunkFiles } from './chunk-files.ts';
import { type FilmPlan, pictureFile, writeFilmPlan } from './film-plan.ts';
import { isoLayout } from './iso-layout.ts';
import { inClusters, matroskaLayout } from './matroska-layout.ts';
import { packetPositions } from './packet-positions.ts';
import { type ChunkSettings, planChunks, type SourcePositions, whyWhole } from './plan-chunks.ts';
import { joinRanges } from './source-layout.ts';

export interface SplitWork {
  config: ChunkSettings;
  files: ChunkFiles;
  /** Receives why a long video is encoded in one task nevertheless. */
  onWhole?(why: string): void;
}

type Run = Omit<FfmpegRun, 'outputs'> & { input: string; cwd: string };

/** As much as ffmpeg reads to find out what tracks are like, and then some (ffmpeg-guards.ts). */
const PROBED = { bytes: 6 * 1024 * 1024, seconds: 6 };

/**
 * Plans a film's chunks, makes its pictures, and stores all that for the tasks that encode the chunks.
 * Returns the numbers of the chunks, of which the last is the sound of the whole; undefined if the film is
 * better encoded as a whole.
 */
export async function splitVideo(
  { config, files, onWhole = () => {} }: SplitWork,
  { run, plan, ...film }: { run: Run; plan: VideoPlan } & Pick<FilmPlan, 'bytes' | 'closing'>,
): Promise<number[] | undefined> {
  const { source } = plan;
  const whole = (why: string) => {
    if (source.durationSeconds > config.CHUNK_ABOVE_SECONDS && config.CHUNK_ABOVE_SECONDS > 0) onWhole(why);
    return undefined;
  };
  const why = run.probeLength === 'long' ? 'some track begins late' : whyWhole(plan, config);
  if (why) return whole(why);
  const positions = await positionsIn(plan, run);
  if (!positions) return whole('it has no index of all its frames');
  const chunks = planChunks(plan, config, positions);
  const pictures = await makePictures(plan, run);
  for (const { name, body } of pictures) await files.write(pictureFile(name), body);
  await writeFilmPlan(files, {
    ...{ ...film, plan, chunks },
    pictures: pictures.map(({ body: _, ...picture }) => picture),
  });
  return [...chunks.map(({ number }) => number), ...(plan.audio === 'none' ? [] : [chunks.length])];
}

async function positionsIn({ source }: VideoPlan, run: Run): Promise<SourcePositions | undefined> {
  const file = join(run.cwd, run.input);
  const layout = source.format.startsWith('mov') ? await isoLayout(file) : await matroskaLayout(file);
  const groups = layout && (await packetPositions(run, source.video.index));
  if (!groups) return undefined;
  const { always, clusters } = layout;
  const whole = <Range extends ByteRange>(range: Range): Range =>
    clusters.length > 0 ? { ...range, ...inClusters(range, clusters) } : range;
  const probed = (await probedPackets(run)).map(whole);
  return { always: joinRanges([...always, ...probed]), video: groups.map(whole) };
}

/** Returns where the first packets of all tracks are. */
async function probedPackets(run: Run): Promise<ByteRange[]> {
  const ranges: ByteRange[] = [];
  let bytes = 0;
  const args = [
    '-read_intervals',
    `%+${PROBED.seconds}`,
    '-show_entries',
    'packet=size,pos',
    '-of',
    'csv=p=0',
  ];
  await runFfprobe(
    run,
    args,
    lineReader((line) => {
      const [size, start] = line.split(',').map(Number.parseFloat);
      if (size === undefined || start === undefined || !Number.isFinite(size + start)) return;
      if (bytes < PROBED.bytes) ranges.push({ start, end: start + size });
      bytes += size;
    }),
  );
  return ranges;
}
