import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { transcodeFile } from '../../media/audio/transcode-file.ts';
import type { Closing, Output } from '../../media/output.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';
import { transcodeVideo } from '../../media/video/transcode-file.ts';
import { type ClipStudio, clipStudio } from '../support/clips.ts';
import { LOCATED, type LocatedFile, type Place, placeOf } from '../support/hostile/located-files.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { CONFIG as AUDIO_CONFIG } from '../unit/media/audio/transcode.ts';
import { processed } from '../unit/media/document/setup.ts';
import { render } from '../unit/media/image/pictures.ts';
import { CONFIG as VIDEO_CONFIG } from '../unit/media/video/transcode.ts';

const FILES = proofSize(LOCATED.length);

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

/** All bytes that would be published of a file, by output. */
async function published({ engine }: LocatedFile, bytes: Buffer): Promise<Map<string, Buffer>> {
  const outputs = new Map<string, Buffer>();
  const closed = ({ metadata, degraded }: Closing) =>
    outputs.set('metadata.json', Buffer.from(JSON.stringify({ metadata, degraded })));
  if (engine === 'image') {
    const made = await render(bytes, { avif: true });
    for (const [name, body] of made.outputs) outputs.set(name, body);
    return closed(made);
  }
  if (engine === 'document') {
    const { outputs: pages, closing } = await processed(bytes);
    for (const [name, { content }] of pages) outputs.set(name, content);
    return closed(closing);
  }
  const directory = await mkdtemp(join(studio.directory, 'work-'));
  await writeFile(join(directory, 'source'), bytes);
  const emit = async ({ name, body }: Output) => {
    outputs.set(name, Buffer.isBuffer(body) ? body : await readFile(body.file));
  };
  const run = { directory, emit, signal: new AbortController().signal, onProgress: () => {} };
  const closing =
    engine === 'video'
      ? await transcodeVideo({ profile: DEFAULT_PROFILE, ...run, config: VIDEO_CONFIG, stem: 'clip' })
      : await transcodeFile({
          profile: DEFAULT_PROFILE.audio,
          ...run,
          config: AUDIO_CONFIG,
          source: 'source',
        });
  await rm(directory, { recursive: true });
  return closed(closing);
}

/** How formats mark a position; long enough not to occur in coded data by chance. */
const MARKS = ['GPSLat', 'GPSLong', 'GPSCoord', 'ISO6709', 'location=', '©xyz', 'loci'];

function traces(bytes: Buffer, { latitude, longitude }: Place): string[] {
  const degrees = [latitude, longitude];
  // As ffprobe shows those of 3GP, which are binary.
  const rounded = degrees.map((text) => Number(text).toFixed(4));
  // EXIF: degrees as a fraction over a million, in either byte order.
  const rationals = degrees.flatMap((text) => {
    const [big, little] = [Buffer.alloc(8), Buffer.alloc(8)];
    big.writeUInt32BE(Number(text.replace('.', '')));
    big.writeUInt32BE(1_000_000, 4);
    little.writeUInt32LE(Number(text.replace('.', '')));
    little.writeUInt32LE(1_000_000, 4);
    return [big, little];
  });
  return [
    ...[...MARKS, ...degrees, ...rounded].filter(
      (text) => bytes.includes(text) || bytes.includes(text, 0, 'latin1'),
    ),
    ...rationals.filter((rational) => bytes.includes(rational)).map(() => 'degrees in EXIF'),
  ];
}

test(`${FILES} files that say where they were made give outputs that do not`, async () => {
  const random = seededRandom(proofSeed());
  const leaks: string[] = [];
  const blind: string[] = [];
  let outputs = 0;
  for (let i = 0; i < FILES; i++) {
    const file = LOCATED[(proofSeed() + i) % LOCATED.length] as LocatedFile;
    const place = placeOf(random);
    const bytes = await file.make(studio, place);
    if (traces(bytes, place).length === 0) blind.push(file.label);
    for (const [name, body] of await published(file, bytes)) {
      outputs++;
      const found = traces(body, place);
      if (found.length > 0) leaks.push(`${file.label}, ${name}: ${found}`);
    }
  }
  reportProof(21, { files: FILES, outputs });
  // The search must find in each source what it must not find in the outputs.
  expect(blind).toEqual([]);
  expect(leaks).toEqual([]);
}, 3_600_000);
