import { execFile } from 'node:child_process';
import { readFile, rm, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Command, UsageError } from '../../cli/command.ts';
import { displayName, formatTable, progressView, secondsOf } from '../../cli/view.ts';
import type { JobStatus } from '../../contract/lists.ts';
import type { Sample } from '../../samples/sample.ts';
import { spawnCloud } from '../cloud-process.ts';
import { demoClient, type Tracked } from './follow.ts';

const run = promisify(execFile);
/** Profile beside `default` that the demo shows: profiles/shop.json. */
const SHOP = 'shop';

export const command: Command = {
  name: 'demo',
  usage: '[FILE...]',
  summary: 'Process a sample set or the given files on this machine; writes outputs to out/',
  examples: ['npm run cli -- demo', 'npm run cli -- demo holiday.jpg talk.mp4 report.pdf'],
  options: {},
  async run({ positionals, print, json }) {
    const work = resolve('.local/demo');
    await rm(work, { recursive: true, force: true });
    const say = json ? () => {} : print;
    const samples =
      positionals.length > 0 ? await ownFiles(positionals) : await generated(join(work, 'samples'), say);
    say('Starting the local cloud…');
    const cloud = await spawnCloud(join(work, 'cloud'));
    try {
      const files = await processAll(cloud.environment, samples, say);
      const ended = files.map((tracked, i) => ({ ...tracked, expect: samples[i]?.expect ?? [] }));
      const asExpected = ended.every(({ job, expect }) => job !== undefined && expect.includes(job.status));
      print(json ? JSON.stringify(ended, null, 2) : `\n${report(ended)}`);
      if (!asExpected) say('Some files did not end as expected; see .local/demo/cloud/cloud.log.');
      return asExpected ? 0 : 1;
    } finally {
      await cloud.stop();
    }
  },
};

const shippedProfile = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../../profiles/${name}.json`, import.meta.url), 'utf8'));

type Expected = Omit<Sample, 'expect'> & { expect: JobStatus[]; profile?: string };
type Ended = Tracked & { expect: JobStatus[]; outputs?: string };

async function generated(folder: string, say: (line: string) => void): Promise<Expected[]> {
  say('Creating the sample set…');
  const { makeSamples } = await import('../../samples/make-samples.ts');
  const samples = await makeSamples(folder);
  const office = await run('soffice', ['--version']).then(Boolean, () => false);
  const missing = samples.filter(({ needs }) => needs === 'LibreOffice' && !office);
  for (const { file } of missing)
    say(`Skipped ${displayName(file)}: LibreOffice (soffice) is not installed.`);
  const made = samples.filter((sample) => !missing.includes(sample));
  const all: Expected[] = made.map((sample) => ({ ...sample, expect: [sample.expect] }));
  return [...all, ...all.filter(({ file }) => AGAIN.includes(basename(file))).map(inShop)];
}

/** Samples that are uploaded again, for the outputs of another profile. */
const AGAIN = ['film-720p-with-sound.mp4', 'camera-12-megapixels.jpg'];
const inShop = (sample: Expected): Expected => ({ ...sample, profile: SHOP });

/**
 * Returns the user's own files as samples. COMPLETED and REJECTED both count as success for them.
 */
async function ownFiles(files: readonly string[]): Promise<Expected[]> {
  for (const file of files) {
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile())
      throw new UsageError(
        `Expected files to process, got ${file}, which ${found ? 'is not a file' : 'does not exist'}.`,
      );
  }
  return files.map((file) => ({ file: resolve(file), expect: ['COMPLETED', 'REJECTED'] }));
}

async function processAll(
  environment: Record<string, string>,
  samples: readonly Expected[],
  say: (line: string) => void,
): Promise<Ended[]> {
  const client = demoClient(environment);
  if (samples.some(({ profile }) => profile === SHOP))
    await client.putProfile(SHOP, await shippedProfile(SHOP));
  say(`Uploading ${samples.length} files…`);
  const uploaded: Tracked[] = [];
  for (const { file, profile } of samples)
    uploaded.push(await client.upload(file, { profile, taken: new Set(uploaded.map(({ key }) => key)) }));
  const view = progressView(process.stderr);
  let files: Tracked[] = uploaded;
  for await (files of client.watch(uploaded)) view.show(files);
  const out = resolve('out');
  await rm(out, { recursive: true, force: true });
  const ended: Ended[] = [];
  for (const tracked of files) {
    const { job } = tracked;
    const folder = join(out, tracked.key.split('/').at(-1) ?? '');
    const count = job?.manifestKey ? await client.download(job, folder) : 0;
    ended.push({
      ...tracked,
      expect: [],
      ...(count && { outputs: `${count} in ${relative('.', folder)}` }),
    });
  }
  return ended;
}

function report(files: readonly Ended[]): string {
  const rows = files.map(({ file, job, outputs, expect }) => {
    const degraded = (JSON.parse(job?.degraded ?? '[]') as string[]).join('; ');
    const odd = job && expect.includes(job.status) ? '' : `expected ${expect.join(' or ')}: `;
    const reason = `${odd}${job?.error?.message ?? degraded}`;
    return [
      displayName(file),
      job?.kind?.toLowerCase() ?? '',
      job?.order?.profile?.name ?? '',
      job?.status ?? 'no job',
      secondsOf(job),
      outputs ?? '',
      reason,
    ];
  });
  return formatTable(['file', 'kind', 'profile', 'status', 'seconds', 'outputs', 'reason'], rows);
}
