import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FocalPoint, parseFocalPoint } from '../../../contract/focal-point.ts';
import { type Job, type JobPage, MAX_WAIT_SECONDS } from '../../../contract/job-api.ts';
import { type ApiClient, apiCommand } from '../../api-client.ts';
import { UsageError } from '../../command.ts';
import { jobTable } from '../../job-view.ts';
import { progressView, type TrackedFile } from '../../view.ts';
import { waitFor } from '../job.ts';
import { sendFile } from './send-file.ts';

const POLL_MILLISECONDS = 1000;
/** An event takes a second or so; one that could not be delivered is an operator's to redrive. */
const EVENT_MILLISECONDS = 300_000;

interface Sent extends TrackedFile {
  size: number;
  identity: string;
  failure?: string;
}

export const command = apiCommand({
  name: 'upload',
  usage: 'FILE… [--tenant TENANT] [--user USER] [--profile PROFILE] [--focal-point X,Y] [--wait]',
  summary:
    'Upload files; --wait waits until their jobs have ended and exits with 0 only if all are COMPLETED. A repeated command goes on with an interrupted upload',
  examples: [
    'npm run cli -- upload photo.jpg film.mp4 --tenant acme --user ann --wait',
    'npm run cli -- upload talk.mov --as acme/ann',
  ],
  options: {
    tenant: { type: 'string' },
    user: { type: 'string' },
    profile: { type: 'string' },
    'focal-point': { type: 'string' },
    wait: { type: 'boolean' },
  },
  async run(api, { values, positionals, json, print }) {
    if (positionals.length === 0) throw new UsageError('Expected one file or more, got none.');
    const wanted = {
      ...{ tenant: text(values.tenant), user: text(values.user) },
      ...{ profile: text(values.profile), focalPoint: focalPoint(values['focal-point']) },
    };
    const files = await Promise.all(positionals.map((file) => examine(file, [api.base, values.as, wanted])));
    const view = progressView(process.stderr);
    const show = () => view.show(files);
    for (const file of files) {
      const onProgress = (sent: number) => {
        file.job = sending(sent / file.size);
        show();
      };
      try {
        file.key = await sendFile(api, { ...file, path: file.file, wanted, onProgress });
        file.job = undefined;
        show();
      } catch (error) {
        file.failure = (error as Error).message;
        process.stderr.write(`${file.file}: ${file.failure}\n`);
      }
    }
    const sent = files.filter(({ failure }) => !failure);
    const jobs = values.wait ? await Promise.all(sent.map((file) => ended(api, file, show))) : [];
    if (json)
      print(JSON.stringify({ files: files.map(({ file, key, failure }) => ({ file, key, failure })), jobs }));
    else if (values.wait) print(jobTable(jobs));
    else for (const { key } of sent) print(key);
    const isGood = sent.length === files.length && jobs.every(({ status }) => status === 'COMPLETED');
    return isGood ? 0 : 1;
  },
});

function focalPoint(value: unknown): FocalPoint | undefined {
  if (value === undefined) return undefined;
  const point = parseFocalPoint(String(value));
  if (point) return point;
  throw new UsageError(
    `Expected --focal-point with two numbers from 0 to 1, such as 0.3,0.7, got ${String(value)}.`,
  );
}

const text = (value: unknown) => (value === undefined ? undefined : String(value));

async function examine(file: string, context: unknown): Promise<Sent> {
  const facts = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`Expected files that can be read, got ${file}: ${error.code ?? error.message}.`);
  });
  if (!facts.isFile()) throw new UsageError(`Expected files, got ${file}, which is none.`);
  if (facts.size === 0) throw new UsageError(`Expected files with content, got ${file}, which is empty.`);
  const identity = JSON.stringify([resolve(file), facts.size, facts.mtimeMs, context]);
  return { file, key: basename(file), size: facts.size, identity };
}

const sending = (share: number): NonNullable<TrackedFile['job']> => ({
  status: 'PROCESSING',
  progress: { phase: 'upload', percent: Math.floor(100 * share) },
  createdAt: '',
});

/** Waits for the upload's job, since the event takes a moment to arrive, and for its end. */
async function ended(api: ApiClient, file: Sent, show: () => void): Promise<Job> {
  const deadline = performance.now() + EVENT_MILLISECONDS;
  for (;;) {
    const { jobs } = await api.get<JobPage>('/jobs', { key: file.key, wait: MAX_WAIT_SECONDS });
    const [summary] = jobs;
    const showJob = (job: Job) => {
      file.job = job;
      show();
      return job;
    };
    if (summary) return showJob(await waitFor(api, `/jobs/${summary.jobId}`, showJob));
    if (performance.now() > deadline)
      throw new Error(
        `Expected a job of ${file.key} within ${EVENT_MILLISECONDS / 1000} s of the upload, got none. An operator finds undelivered events with: redrive --undelivered`,
      );
    // It had no room to wait, or there is still none.
    await sleep(POLL_MILLISECONDS);
  }
}
