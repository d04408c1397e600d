import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ERRORS, MediaError } from '../../base/errors.ts';
import { transcodeFile } from '../../media/audio/transcode-file.ts';
import type { Output } from '../../media/output.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { transcodeVideo } from '../../media/video/transcode-file.ts';
import { type ClipStudio, clipStudio, H264 } from '../support/clips.ts';
import { type Canary, setOutCanary } from '../support/hostile/canary.ts';
import { addressesOf, REFERRING } from '../support/hostile/ffmpeg-attacks.ts';
import {
  aliasReference,
  referenceMovie,
  subtitledAvi,
  urlReference,
} from '../support/hostile/reference-movie.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { CONFIG as AUDIO_CONFIG } from '../unit/media/audio/transcode.ts';
import { CONFIG as VIDEO_CONFIG } from '../unit/media/video/transcode.ts';

const FILES = proofSize(40);

let studio: ClipStudio;
let canary: Canary;
let movie: Buffer;
beforeAll(async () => {
  studio = await clipStudio();
  // A file that would be played if it were opened, so that a leak would even succeed.
  canary = await setOutCanary(await studio.make('canary.ts', ['testsrc2=s=128x72:r=25:d=1'], ...H264));
  await studio.make('movie.mov', ['testsrc2=s=128x72:r=25:d=1'], ...H264);
  movie = await studio.read('movie.mov');
});
afterAll(async () => {
  await canary.close();
  await studio.remove();
});

type Door = 'video' | 'audio';
const DOORS: readonly Door[] = ['video', 'audio'];

/** Says what goes wrong if a file is put through one of the doors; nothing if it is rejected unread. */
async function admitted(door: Door, bytes: Buffer): Promise<string | undefined> {
  const directory = await mkdtemp(join(studio.directory, 'work-'));
  await writeFile(join(directory, 'source'), bytes);
  const published: string[] = [];
  const emit = async ({ name }: Output) => {
    published.push(name);
  };
  const rest = { directory, emit, signal: new AbortController().signal, onProgress: () => {} };
  const work =
    door === 'video'
      ? transcodeVideo({ profile: DEFAULT_PROFILE, ...rest, config: VIDEO_CONFIG, stem: 'clip' })
      : transcodeFile({ profile: DEFAULT_PROFILE.audio, ...rest, config: AUDIO_CONFIG, source: 'source' });
  const error = await work.then(
    () => new Error('it was taken'),
    (reason: Error) => reason,
  );
  await rm(directory, { recursive: true });
  const touched = await canary.touched();
  if (touched.length > 0) return `touched the canary: ${touched}`;
  if (published.length > 0) return `published ${published}`;
  const isRejected = error instanceof MediaError && ERRORS[error.name].status === 'REJECTED';
  return isRejected ? undefined : `${error.name}: ${error.message}`;
}

test(`${FILES} files that name other files and addresses are rejected, and nothing that they name is opened`, async () => {
  const random = seededRandom(proofSeed());
  const addresses = addressesOf(canary);
  const faults: string[] = [];
  for (let i = 0; i < FILES; i++) {
    const [format, refer] = random.pick(Object.entries(REFERRING)) ?? ['', String];
    const address = random.pick(addresses) ?? '';
    const door = random.pick(DOORS) ?? 'video';
    const fault = await admitted(door, Buffer.from(refer(address)));
    if (fault) faults.push(`${format} of ${address} as ${door}: ${fault}`);
  }
  reportProof(15, { files: FILES, formats: Object.keys(REFERRING).length, addresses: addresses.length });
  expect(faults).toEqual([]);
}, 3_600_000);

describe.each(DOORS)('as %s', (door) => {
  const containers: [label: string, make: () => Buffer][] = [
    ['a QuickTime alias of a file', () => referenceMovie(movie, aliasReference(canary.file))],
    ['a QuickTime reference to a file', () => referenceMovie(movie, urlReference(`file://${canary.file}`))],
    ['a QuickTime reference to an address', () => referenceMovie(movie, urlReference(`${canary.http}/x`))],
    [
      'a playlist in the subtitles of an AVI',
      () => subtitledAvi(REFERRING['HLS segment']?.(`${canary.http}/x`) ?? ''),
    ],
    [
      'a concatenation in the subtitles of an AVI',
      () => subtitledAvi(`ffconcat version 1.0\nfile '${canary.file}'\n`),
    ],
    ['the pattern of an image sequence', () => Buffer.from(`${canary.file}%03d.png`)],
    ['an image', () => Buffer.from(`P3\n1 1\n255\n1 1 1\n# ${canary.http}/x\n`)],
  ];
  test.each(containers)('%s is rejected, and nothing that it names is opened', async (_label, make) => {
    expect(await admitted(door, make())).toBeUndefined();
  });
});

describe('a player that knows no guards', () => {
  const play = (file: string, ...args: string[]) =>
    promisify(execFile)('ffmpeg', [
      ...['-nostdin', '-v', 'error', '-protocol_whitelist', 'file,http,tcp,crypto,data,concat,subfile'],
      ...[...args, '-i', file, '-frames:v', '1', '-f', 'null', '-'],
    ]);
  const saved = (name: string, content: Buffer | string) => studio.save(name, content);

  test('reads the address in a playlist that calls itself a video', async () => {
    await play(
      await saved('list.mp4', `${REFERRING['HLS live']?.(`${canary.http}/canary.ts`)}#EXT-X-ENDLIST\n`),
    );
    expect(await canary.touched()).toContain('GET /canary.ts');
  });

  test('reads the file in a concatenation that calls itself a video', async () => {
    await play(await saved('list.mp3', REFERRING.ffconcat?.(canary.file) ?? ''), '-safe', '0');
    expect(await canary.touched()).toEqual(['read']);
  });

  test('reads the file that a QuickTime alias names', async () => {
    const alias = referenceMovie(movie, aliasReference(studio.path('movie.mov')));
    const file = await saved('alias.mov', alias);
    await play(file, '-enable_drefs', '1', '-use_absolute_path', '1');
    expect((await readFile(file)).includes('mdat')).toBe(true);
  });
});
