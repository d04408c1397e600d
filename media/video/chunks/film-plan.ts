import { MediaError } from '../../../base/errors.ts';
import type { OutputName } from '../../kinds/outputs.ts';
import type { Closing, Output } from '../../output.ts';
import type { DecodedWatermark } from '../../watermark/watermark-image.ts';
import type { VideoPlan } from '../plan.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { VideoChunk } from './plan-chunks.ts';

/** What the tasks of one film agree on. */
export interface FilmPlan {
  /** Version of the code that reads and writes these files: others encode the film in one task. */
  version: typeof VERSION;
  plan: VideoPlan;
  chunks: VideoChunk[];
  /** Bytes of the upload. */
  bytes: number;
  /** Poster and thumbnails, without their files, whose names are those of the outputs. */
  pictures: Omit<Output, 'body'>[];
  closing: Omit<Closing, 'planned'>;
}

/** What a task says of the chunk that it encoded. */
export interface ChunkReport {
  /** `stream=extradata_hash` of each rendition: all chunks have the same. */
  parameters: string[];
  frames: number;
  /** Some of it could not be decoded: how much of the film that is, only a task that decodes all of it can say. */
  isDamaged: boolean;
}

const VERSION = 1;
const PLAN_NAME = 'plan.json';

export const chunkFolder = (number: number) => `chunk-${`${number}`.padStart(4, '0')}`;
export const pictureFile = (name: OutputName) => `pictures/${name}`;

export async function writeFilmPlan(files: ChunkFiles, film: Omit<FilmPlan, 'version'>): Promise<void> {
  // A watermark's pixels are the tenant's image, which each task has.
  const plan = { ...film.plan, watermark: undefined };
  await files.write(PLAN_NAME, json({ ...film, plan, version: VERSION } satisfies FilmPlan));
}

/** Throws `InvalidConfiguration` if it is of another version, or gone. */
export async function readFilmPlan(
  files: ChunkFiles,
  watermark: DecodedWatermark | undefined,
): Promise<FilmPlan> {
  const film = await readJson<FilmPlan>(files, PLAN_NAME);
  if (film?.version === VERSION) return { ...film, plan: { ...film.plan, watermark } };
  const got = film ? `version ${film.version}` : 'none';
  throw new MediaError(
    'InvalidConfiguration',
    `Expected a plan of version ${VERSION} for the film, got ${got}.`,
  );
}

const reportName = (number: number) => `${chunkFolder(number)}/report.json`;

export const writeReport = (files: ChunkFiles, number: number, report: ChunkReport): Promise<void> =>
  files.write(reportName(number), json(report));

export const readReport = (files: ChunkFiles, number: number): Promise<ChunkReport | undefined> =>
  readJson<ChunkReport>(files, reportName(number));

const json = (value: object) => Buffer.from(JSON.stringify(value));

async function readJson<T>(files: ChunkFiles, name: string): Promise<T | undefined> {
  const text = await files.read(name);
  return text && (JSON.parse(text.toString('utf8')) as T);
}
