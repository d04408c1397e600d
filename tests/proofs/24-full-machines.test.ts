import { spawnSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { ERRORS } from '../../base/errors.ts';
import { FOREIGN } from '../../core/jobs/foreign-errors.ts';
import type { Job } from '../../core/jobs/job.ts';
import { RESOURCES } from '../../local/resources.ts';
import { writeDocx } from '../../samples/write-office.ts';
import { writePdf } from '../../samples/write-pdf.ts';
import { clipStudio, H264, PICTURE, SOUND } from '../support/clips.ts';
import { confinedWorkers } from '../support/confined-workers.ts';
import { type Pipeline, startPipeline, uploadKey } from '../support/pipeline.ts';
import { proofSeed, proofSize, reportProof } from '../support/proof-size.ts';
import { seededRandom } from '../support/random.ts';

/** Places of random size, beside the smallest and the largest. */
const CASES = proofSize(0);
const random = seededRandom(proofSeed());
/** A user of this test alone: the limit counts all processes of a user on the machine. */
const USER = 1_000_000 + (process.pid % 1_000_000);

const READ_ONE_PAGE = fileURLToPath(new URL('../support/read-one-page.ts', import.meta.url));

/** Programs see a file system of their own; the rest of the machine does not change. */
const inOwnMounts = (commands: string) => `exec unshare -m sh -c '${commands} && exec "$@"' sh "$@"`;
const scratch = (size: string) => `mount -t tmpfs -o size=${size},mode=1777 tmpfs "$TMPDIR"`;
const asUser = 'setpriv --reuid=$1 --regid=$1 --clear-groups --inh-caps=-all,+dac_override';

const missing = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).status !== 0;
if (missing) console.warn('SKIPPED: proof 24 mounts file systems, which takes root');

let pipeline: Pipeline;
let files: Record<string, Buffer>;
const workers = await confinedWorkers();
beforeAll(async () => {
  pipeline = await startPipeline({ ...workers.options(), taskCapacity: 2, patience: 600_000 });
  files = await makeFiles();
});
afterAll(async () => {
  await pipeline?.stop();
  await workers.remove();
});

async function makeFiles(): Promise<Record<string, Buffer>> {
  const studio = await clipStudio();
  const page = (text: string) => ({ content: `BT /F1 24 Tf 72 700 Td (${text}) Tj ET` });
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const made = {
    'video.mp4': await readFile(await studio.make('a.mp4', [PICTURE, SOUND], ...H264, '-shortest')),
    'audio.wav': await readFile(await studio.make('a.wav', [SOUND])),
    'image.jpg': await sharp({ create: { width: 900, height: 600, channels: 3, background: 'red', noise } })
      .jpeg()
      .toBuffer(),
    'document.pdf': writePdf({ pages: [page('One'), page('Two')] }),
    'office.docx': writeDocx({ title: 'A paper', paragraphs: ['A paragraph of text.'] }),
  };
  await studio.remove();
  // The others take long to start, and longer to fail: they are tried at full size.
  const small = ['audio.wav', 'image.jpg', 'document.pdf'];
  return Object.fromEntries(Object.entries(made).filter(([name]) => CASES > 0 || small.includes(name)));
}

/** Processes a file of each kind, and returns the jobs once they have ended. */
async function processAll(name: string): Promise<Job[]> {
  const keys = Object.entries(files).map(([file, body]) => [uploadKey(`${name}-${file}`), body] as const);
  await Promise.all(keys.map(([key, body]) => pipeline.upload(key, body)));
  return Promise.all(keys.map(([key]) => pipeline.ended(key)));
}

/** Returns what is wrong: outputs in part, an error that is not named, a dead letter too few or too many. */
async function problemsOf(jobs: readonly Job[]): Promise<string[]> {
  const letters = await pipeline.deadLetters();
  const { Versions = [] } = await pipeline.s3.send(
    new ListObjectVersionsCommand({ Bucket: RESOURCES.outputBucket }),
  );
  const problems = await Promise.all(
    jobs.map(async (job) => {
      const is = (what: string) => `${job.key.split('/').at(-1)} (${job.status} ${job.error?.name}) ${what}`;
      const told = letters.filter(({ jobId }) => jobId === job.jobId).length;
      const left = Versions.filter(({ Key }) => job.stem && Key?.includes(`/${job.stem}_`)).length;
      if (job.status === 'COMPLETED') {
        const lost = await pipeline.missing(job);
        return lost.length > 0 ? [is(`lacks ${lost}`)] : [];
      }
      const name = job.error?.name ?? '';
      return [
        ...(name in ERRORS || name in FOREIGN ? [] : [is(`has no named error: ${job.error?.message}`)]),
        ...(job.status === 'FAILED' ? [] : [is(`blames the upload: ${job.error?.message}`)]),
        ...(told === 1 ? [] : [is(`has ${told} dead letters`)]),
        ...(left === 0 ? [] : [is(`left ${left} outputs`)]),
      ];
    }),
  );
  return problems.flat();
}

const counts = (jobs: readonly Job[]) =>
  Object.fromEntries(
    [...Map.groupBy(jobs, ({ status, error }) => error?.name ?? status)].map(([name, some]) => [
      name,
      some.length,
    ]),
  );

/** Runs all kinds in each of the places. Fails unless some jobs completed and some failed. */
async function runIn(name: string, places: readonly string[]): Promise<void> {
  const all: Job[] = [];
  const problems: string[] = [];
  for (const [i, place] of places.entries()) {
    await workers.confine(place);
    const jobs = await processAll(`${name}-${i}`);
    problems.push(...(await problemsOf(jobs)));
    all.push(...jobs);
  }
  reportProof(24, { place: name, ...counts(all) });
  expect(problems).toEqual([]);
  const completed = all.filter(({ status }) => status === 'COMPLETED').length;
  expect(completed).toBeGreaterThan(0);
  expect(completed).toBeLessThan(all.length);
}

/** A number from `low` to `high`, small ones as likely as large ones. */
const between = (low: number, high: number) => Math.round(low * (high / low) ** (random.below(1000) / 1000));

(missing ? test.skip : test)(
  'a disk that is full at some moment fails the job by name, and publishes nothing',
  async () => {
    const sizes = Array.from({ length: CASES }, () => between(100, 20_000));
    await runIn(
      'disk',
      [...sizes, 50, 200_000].map((size) => inOwnMounts(scratch(`${size}k`))),
    );
  },
  3_600_000,
);

// At full size only: a program without threads may hang until its time is over.
(missing || CASES === 0 ? test.skip : test)(
  'a limit of processes fails the job by name, and publishes nothing',
  async () => {
    const limits = Array.from({ length: CASES }, () => between(8, 120));
    const limited = (limit: number) =>
      inOwnMounts(`${scratch('1g')} && chmod a+x "$TMPDIR/.." "$TMPDIR/../.."`).replace(
        'exec "$@"',
        `exec ${asUser.replaceAll('$1', String(USER))} --ambient-caps=-all,+dac_override prlimit --nproc=${limit} "$@"`,
      );
    await runIn('processes', [...limits, 4, 1000].map(limited));
  },
  3_600_000,
);

/** From too few for Node to start to enough for all. */
const THREADS = Array.from({ length: 14 }, (_, i) => 12 + i);
(missing ? test.skip : test)(
  'a page reader that is refused a thread blames no document',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'threads-'));
    await chmod(directory, 0o777);
    await writeFile(join(directory, 'source'), files['document.pdf'] ?? '');
    const said = THREADS.map((limit) => {
      const limited = `exec ${asUser.replaceAll('$1', String(USER + limit))} --ambient-caps=-all,+dac_override prlimit --nproc=${limit} "$@"`;
      const program = [process.execPath, '--disable-warning=ExperimentalWarning', READ_ONE_PAGE, directory];
      const { status, stdout } = spawnSync('sh', ['-c', limited, 'sh', ...program], { encoding: 'utf8' });
      return status === 0 ? stdout.trim() : 'crashed itself';
    });
    await rm(directory, { recursive: true });
    reportProof(24, { threads: Object.fromEntries(THREADS.map((limit, i) => [limit, said[i]])) });
    expect(said.at(-1)).toBe('');
    expect(said).toContain('OutOfMemory');
    for (const name of said) expect(['', 'OutOfMemory', 'TimedOut', 'crashed itself']).toContain(name);
  },
  600_000,
);

(missing ? test.skip : test)(
  'a root that is read-only but for /tmp, as in the containers, is no hindrance',
  async () => {
    await workers.confine(inOwnMounts('mount --bind /tmp /tmp && mount -o remount,ro,bind /'));
    const jobs = await processAll('read-only');
    expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => 'COMPLETED'));
    expect(await problemsOf(jobs)).toEqual([]);
  },
  600_000,
);
