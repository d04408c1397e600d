import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../base/config.ts';
import { ERRORS, MediaError } from '../../base/errors.ts';
import { transcodeFile } from '../../media/audio/transcode-file.ts';
import { renderImage } from '../../media/image/render-image.ts';
import { inspectOfficeFile } from '../../media/office/inspect-office-file.ts';
import { OFFICE_FORMATS, type OfficeFormat } from '../../media/office/office-format.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { transcodeVideo, SETTINGS as VIDEO_SETTINGS } from '../../media/video/transcode-file.ts';
import { type ClipStudio, clipStudio, H264 } from '../support/clips.ts';
import * as bombs from '../support/hostile/bombs.ts';
import { type Cost, watched } from '../support/hostile/watched.ts';
import { reportProof } from '../support/proof-size.ts';
import { processed } from '../unit/media/document/setup.ts';

const MAX_SECONDS = 10;
/** Least memory of a worker that meets the file: 2 GiB of TranscodeAudio, of which Node has its share already. */
const MAX_MIB = 1500;

// The limits of a deployment that sets none.
const LIMITS = readConfig({}, [
  ...(['MAX_IMAGE_BYTES', 'MAX_IMAGE_PIXELS', 'MAX_IMAGE_FRAMES', 'MAX_DOCUMENT_PAGES'] as const),
  ...VIDEO_SETTINGS,
]);

let studio: ClipStudio;
const costs: Record<string, Cost> = {};
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(async () => {
  reportProof(17, { costs });
  await studio.remove();
});

type Engine = (file: string, directory: string, bytes: Buffer) => Promise<unknown>;
const publish = async () => {
  throw new Error('Expected nothing to be published');
};
const image: Engine = (file) =>
  renderImage(
    file,
    {
      ...{ maxBytes: LIMITS.MAX_IMAGE_BYTES, maxPixels: LIMITS.MAX_IMAGE_PIXELS },
      ...{
        maxFrames: LIMITS.MAX_IMAGE_FRAMES,
        avif: false,
        heic: true,
        outputs: DEFAULT_PROFILE.image.outputs,
        concurrency: 0,
      },
    },
    publish,
  );
const office =
  (extension: string): Engine =>
  (file) =>
    inspectOfficeFile(
      file,
      Object.values(OFFICE_FORMATS).find((known) => known.extension === extension) as OfficeFormat,
    );
const pdf: Engine = (_file, _directory, bytes) => processed(bytes, { maxPages: LIMITS.MAX_DOCUMENT_PAGES });
const run = { signal: new AbortController().signal, onProgress: () => {}, config: LIMITS };
const audio: Engine = (_file, directory) =>
  transcodeFile({ profile: DEFAULT_PROFILE.audio, ...run, directory, emit: publish, source: 'source' });
const video: Engine = (_file, directory) =>
  transcodeVideo({ profile: DEFAULT_PROFILE, ...run, directory, emit: publish, stem: 'clip' });

/** A recording of many hours, of silence. */
async function hours(count: number): Promise<Buffer> {
  const silence = 'anullsrc=r=8000:cl=mono:d=10';
  await studio.make('piece.mp3', [silence], '-b:a', '8k', '-write_xing', '0', '-id3v2_version', '0');
  const piece = await studio.read('piece.mp3');
  return Buffer.concat(Array<Buffer>(count * 360).fill(piece));
}

async function filmOf(hours: number): Promise<Buffer> {
  await studio.make('film.mp4', [`color=s=16x16:r=1/10:d=${hours * 3600}`], ...H264);
  return studio.read('film.mp4');
}

async function pixelsIn(container: string): Promise<Buffer> {
  await studio.save('bomb.png', bombs.blackPng(16_000, 16_000));
  await studio.make(`bomb.${container}`, ['bomb.png'], '-c', 'copy');
  return studio.read(`bomb.${container}`);
}

describe('a bomb is rejected soon, and within the memory of its worker', () => {
  const cases: [label: string, name: string, engine: Engine, make: () => Buffer | Promise<Buffer>][] = [
    ['a PNG of 16,000 × 16,000 pixels', 'TooManyPixels', image, () => bombs.blackPng(16_000, 16_000)],
    ['a GIF of 10,000 frames', 'TooManyFrames', image, () => bombs.longGif(10_000)],
    ['a JPEG of 200 more scans', 'CorruptMedia', image, () => bombs.manyScans(200)],
    ['a document that unpacks to 1,000 times its size', 'CorruptMedia', office('docx'), bombs.zipBomb],
    ['a spreadsheet of a billion cells', 'FileTooLarge', office('ods'), bombs.billionCells],
    ['a PDF of 100,000 pages', 'TooManyPages', pdf, () => bombs.longPdf(100_000)],
    ['13 hours of sound', 'DurationTooLong', audio, () => hours(13)],
    ['10 hours of video in a few bytes', 'DurationTooLong', video, () => filmOf(10)],
    ['16,000 × 16,000 pixels in a Matroska file', 'TooManyPixels', video, () => pixelsIn('mkv')],
    ['16,000 × 16,000 pixels in a QuickTime file', 'TooManyPixels', video, () => pixelsIn('mov')],
  ];
  test.each(cases)('%s', async (label, name, engine, make) => {
    const bytes = await make();
    const directory = await mkdtemp(join(studio.directory, 'work-'));
    const file = join(directory, 'source');
    await writeFile(file, bytes);
    const { result, ...cost } = await watched(() =>
      engine(file, directory, bytes).then(
        () => new Error('it was taken'),
        (error: Error) => error,
      ),
    );
    await rm(directory, { recursive: true });
    costs[label] = cost;
    expect(result).toMatchObject({ name });
    expect(result).toBeInstanceOf(MediaError);
    expect(ERRORS[(result as MediaError).name].status).toBe('REJECTED');
    expect(cost.processorSeconds).toBeLessThan(MAX_SECONDS);
    expect(cost.peakMiB).toBeLessThan(MAX_MIB);
  });
});

test('a page of a million points is drawn as small as any, as soon and within the same memory', async () => {
  const { result, ...cost } = await watched(() => processed(bombs.hugePage(1_000_000)));
  costs['a page of a million points'] = cost;
  expect(result.outputs.get('page_0001.webp')?.facts).toMatchObject({ width: 1600, height: 1600 });
  expect(cost.processorSeconds).toBeLessThan(MAX_SECONDS);
  expect(cost.peakMiB).toBeLessThan(MAX_MIB);
});
