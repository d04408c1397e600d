import { existsSync, readdirSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { writePdf } from '../../samples/write-pdf.ts';
import { clipStudio, H264, PICTURE, SOUND } from '../support/clips.ts';
import { confinedWorkers } from '../support/confined-workers.ts';
import { type Pipeline, startPipeline, uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';
import { PIXEL } from '../support/stand-in-worker.ts';

/** Rounds of uploads during which the clocks jump. */
const ROUNDS = proofSize(1);
const HOUR = 3600;
const random = seededRandom(proofSeed());

/** Debian keeps it in a folder of the machine's architecture. */
const library = readdirSync('/usr/lib')
  .map((folder) => `/usr/lib/${folder}/faketime/libfaketime.so.1`)
  .find(existsSync);
if (!library) console.warn('SKIPPED: proof 31 needs libfaketime; apt-get install faketime');

let pipeline: Pipeline;
let files: Record<string, Buffer>;
let wronglySigned = 0;
let expected: Record<string, unknown>;
const workers = await confinedWorkers();
const clock = join(workers.directory, 'clock');
beforeAll(async () => {
  process.env.TASK_HEARTBEAT_SECONDS = '0.5';
  pipeline = await startPipeline({ ...workers.options(), taskCapacity: 2 });
  pipeline.cloud.faults.observers.add(({ request }) => {
    if (isWrong(String(request.headers['x-amz-date'] ?? ''))) wronglySigned++;
  });
  const studio = await clipStudio();
  files = {
    'video.mp4': await readFile(await studio.make('a.mp4', [PICTURE, SOUND], ...H264, '-shortest')),
    'audio.wav': await readFile(await studio.make('a.wav', [SOUND])),
    'image.png': PIXEL,
    'document.pdf': writePdf({ pages: [{ content: 'BT /F1 24 Tf 72 700 Td (One) Tj ET' }] }),
  };
  await studio.remove();
  expected = await outcomes('true');
  await workers.confine(
    [
      // Timers use the monotonic clock, which does not jump on a real machine either.
      `export LD_PRELOAD='${library}' FAKETIME_DONT_FAKE_MONOTONIC=1`,
      `export FAKETIME_TIMESTAMP_FILE='${clock}' FAKETIME_CACHE_DURATION=1`,
      'exec "$@"',
    ].join('\n'),
  );
}, 300_000);
afterAll(async () => {
  delete process.env.TASK_HEARTBEAT_SECONDS;
  await pipeline?.stop();
  await workers.remove();
});

/** Whether a signature's time, `20260131T235959Z`, is more than five minutes from this machine's. */
function isWrong(signedAt: string): boolean {
  const distances = [-300, 0, 300].map((seconds) => {
    const moment = new Date(Date.now() + seconds * 1000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    return signedAt < moment ? -1 : 1;
  });
  return signedAt !== '' && Math.abs(distances.reduce((sum, one) => sum + one, 0)) === 3;
}

/** Sets the clock of the workers so many seconds fast, also of those that run. */
async function setClock(seconds: number): Promise<void> {
  await writeFile(`${clock}.new`, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  await rename(`${clock}.new`, clock);
}

/** Processes the files for a user of this name, and returns the hashes of their outputs by name, or the error. */
async function outcomes(name: string): Promise<Record<string, unknown>> {
  const entries = await Promise.all(
    Object.entries(files).map(async ([file, body]) => {
      const key = uploadKey(file, 'acme', name);
      await pipeline.upload(key, body);
      const job = await pipeline.ended(key);
      if (job.status !== 'COMPLETED') return [file, job.error] as const;
      const { outputs } = await pipeline.manifest(job);
      const prefix = job.manifestKey?.replace('manifest.json', '') ?? '';
      const hashes = outputs.map(({ key: output, sha256 }) => [output.replace(prefix, ''), sha256]);
      return [file, Object.fromEntries(hashes)] as const;
    }),
  );
  return Object.fromEntries(entries);
}

const withLibrary = library ? test : test.skip;

withLibrary.each([
  ['fast', HOUR],
  ['slow', -HOUR],
])(
  'workers whose clocks are an hour %s make the same outputs',
  async (name, seconds) => {
    await setClock(seconds);
    expect(await outcomes(name)).toEqual(expected);
    // The cloud met the wrong clocks, and refused them until the SDK set itself right.
    expect(wronglySigned).toBeGreaterThan(0);
    expect(await pipeline.deadLetters()).toEqual([]);
  },
  600_000,
);

withLibrary(
  'workers whose clocks jump by up to an hour meanwhile make the same outputs',
  async () => {
    let jumps = 0;
    for (let round = 0; round < ROUNDS; round++) {
      let isOver = false;
      const jump = async () => {
        while (!isOver) {
          await setClock(random.below(2 * HOUR) - HOUR);
          jumps++;
          await sleep(4000);
        }
      };
      const jumping = jump();
      const found = await outcomes(`jumping-${round}`).finally(() => {
        isOver = true;
      });
      await jumping;
      expect(found).toEqual(expected);
    }
    reportProof(31, { rounds: ROUNDS, jumps, wronglySigned });
    expect(await pipeline.deadLetters()).toEqual([]);
  },
  3_600_000,
);
