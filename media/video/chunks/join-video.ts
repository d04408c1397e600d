import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../../base/config.ts';
import { runFfmpeg } from '../../ffmpeg/run-ffmpeg.ts';
import { type Outbox, withOutbox } from '../../outbox.ts';
import { type Closing, type Emit, NOTHING_EARLIER } from '../../output.ts';
import type { Profile } from '../../profile/profile.ts';
import type { JobProgress } from '../../progress.ts';
import type { Watermarks } from '../../watermark/watermark-image.ts';
import { finishVideo } from '../finish-video.ts';
import { ratio } from '../frame-rate.ts';
import { makeRenditions } from '../make-renditions.ts';
import { profileWatermark } from '../overlay.ts';
import { TILES_NAME } from '../pictures/picture-arguments.ts';
import { progressReporter } from '../progress.ts';
import { videoRecipes } from '../video-recipes.ts';
import {
  CHUNK_LIST_NAME,
  CHUNK_NAME,
  concatList,
  joining,
  SOUND_NAME,
  TILE_LIST_NAME,
  tilesJoining,
} from './chunk-arguments.ts';
import type { ChunkFiles } from './chunk-files.ts';
import { chunkFolder, type FilmPlan, pictureFile, readFilmPlan, readReport } from './film-plan.ts';

export interface JoinWork {
  config: Config<'PROCESSING_TIMEOUT' | 'TRUNCATED_MEDIA' | 'MAX_VIDEO_PIXELS'>;
  profile: Pick<Profile, 'video'>;
  watermarks?: Watermarks | undefined;
  files: ChunkFiles;
  /** Empty directory. */
  directory: string;
  stem: string;
  signal?: AbortSignal | undefined;
  onProgress?(progress: JobProgress): void;
  emit: Emit;
}

/**
 * Joins the chunks of a film to all its outputs. Returns instead why that cannot be done, if the film is
 * to be encoded as a whole.
 */
export async function joinVideo(work: JoinWork): Promise<Closing | string> {
  const watermark = await profileWatermark(work.profile.video, work.watermarks);
  const film = await readFilmPlan(work.files, watermark);
  const why = await whyNotJoined(work.files, film);
  return why ?? withOutbox(work, (outbox, signal) => publish({ ...work, signal }, film, outbox));
}

/** Returns what is wrong with the chunks; undefined if nothing is. Throws if one is missing. */
async function whyNotJoined(files: ChunkFiles, { plan, chunks }: FilmPlan): Promise<string | undefined> {
  const sound = plan.audio === 'none' ? [] : [chunks.length];
  let first: string | undefined;
  for (const number of [...chunks.map((chunk) => chunk.number), ...sound]) {
    const what = number === chunks.length ? 'the sound' : `chunk ${number}`;
    const report = await readReport(files, number);
    if (!report) throw new Error(`Expected a report of ${what}, got none.`);
    if (report.isDamaged) return `${what} has frames that cannot be decoded`;
    if (number === chunks.length) continue;
    const parameters = report.parameters.join();
    first ??= parameters;
    if (parameters !== first) return `${what} was encoded with other parameters`;
  }
  return undefined;
}

async function publish(
  work: JoinWork & { signal: AbortSignal },
  film: FilmPlan,
  outbox: Outbox,
): Promise<Closing> {
  const { directory: cwd, files, signal, config, onProgress = () => {} } = work;
  const { plan, pictures, closing } = film;
  const run = { cwd, signal, timeoutSeconds: config.PROCESSING_TIMEOUT, maxPixels: config.MAX_VIDEO_PIXELS };
  const progress = progressReporter(onProgress, () => plan.source.durationSeconds);
  progress.begin('publish');
  for (const picture of pictures) {
    const file = join(cwd, picture.name);
    await files.download(pictureFile(picture.name), file);
    outbox.send({ ...picture, body: { file } });
  }
  await downloadChunks(files, film, cwd);
  const made = await makeRenditions({
    ...{ plan, config, progress, earlier: NOTHING_EARLIER, send: outbox.send },
    ...{ run: { ...run, input: CHUNK_LIST_NAME }, making: joining(plan) },
  });
  for (const { number } of film.chunks) await rm(join(cwd, `${chunkFolder(number)}.mp4`));
  await runFfmpeg({ ...run, ...tilesJoining(TILES_NAME) });
  const notes = await finishVideo(
    {
      plan,
      run: { ...run, input: 'source' },
      made: { ...made, hasTiles: true },
      earlier: NOTHING_EARLIER,
      stem: work.stem,
    },
    outbox,
  );
  return { ...closing, degraded: [...(closing.degraded ?? []), ...notes], planned: videoRecipes(plan) };
}

async function downloadChunks(files: ChunkFiles, { plan, chunks }: FilmPlan, cwd: string): Promise<void> {
  if (plan.audio !== 'none')
    await files.download(`${chunkFolder(chunks.length)}/${SOUND_NAME}`, join(cwd, SOUND_NAME));
  for (const { number, tiles } of chunks) {
    const folder = chunkFolder(number);
    await files.download(`${folder}/${CHUNK_NAME}`, join(cwd, `${folder}.mp4`));
    if (tiles.length > 0) await files.download(`${folder}/${TILES_NAME}`, join(cwd, `${folder}.mkv`));
  }
  const rate = ratio(plan.frameRate);
  const list = chunks.map(({ number, fromFrame }) => ({
    file: `${chunkFolder(number)}.mp4`,
    beginSeconds: fromFrame / rate,
  }));
  await writeFile(join(cwd, CHUNK_LIST_NAME), concatList(list));
  const withTiles = chunks.filter(({ tiles }) => tiles.length > 0);
  const tiles = withTiles.map(({ number }) => ({ file: `${chunkFolder(number)}.mkv` }));
  await writeFile(join(cwd, TILE_LIST_NAME), concatList(tiles));
}
