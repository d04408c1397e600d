import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../contract/job-api.ts';
import { type ApiClient, apiCommand } from '../api-client.ts';
import { JOB_USAGE, jobPath } from '../find-job.ts';
import { jobText } from '../job-view.ts';
import { progressView } from '../view.ts';

export const command = apiCommand({
  name: 'job',
  usage: `${JOB_USAGE} [--wait]`,
  summary: 'Show a job; --wait waits until it has ended and exits with 0 only if it is COMPLETED',
  examples: ['npm run cli -- job job_abcdefghijklmnopqrstuvwxyz', 'npm run cli -- job JOB --wait --json'],
  options: { wait: { type: 'boolean' } },
  async run(api, context) {
    const path = await jobPath(api, context);
    const { values, json, print } = context;
    const job = values.wait ? await waitFor(api, path) : await api.get<Job>(path);
    print(json ? JSON.stringify(job) : jobText(job));
    return values.wait && job.status !== 'COMPLETED' ? 1 : 0;
  },
});

/** Follows a job until it has ended; `show` gets each of its states before. */
export async function waitFor(api: ApiClient, path: string, show = showProgress()): Promise<Job> {
  let known: string | undefined;
  for (;;) {
    const { body: job, etag, retryAfter } = await api.getChange<Job>(path, known);
    if (job && job.status !== 'PROCESSING') return job;
    if (job) show(job);
    known = etag;
    if (retryAfter > 0) await sleep(retryAfter * 1000);
  }
}

function showProgress(): (job: Job) => void {
  const view = progressView(process.stderr);
  return (job) => view.show([{ file: job.key, key: job.key, job }]);
}
