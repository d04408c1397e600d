import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../contract/job-api.ts';
import { type ApiClient, apiCommand, onlyPositional } from './api-client.ts';
import { jobText } from './job-view.ts';
import { progressView } from './view.ts';

const POLL_MILLISECONDS = 1000;

export const command = apiCommand({
  name: 'job',
  usage: 'JOB [--wait]',
  summary: 'Show a job; --wait waits until it has ended and exits with 0 only if it is COMPLETED',
  examples: ['npm run cli -- job job_abcdefghijklmnopqrstuvwxyz', 'npm run cli -- job JOB --wait --json'],
  options: { wait: { type: 'boolean' } },
  async run(api, context) {
    const path = `/jobs/${encodeURIComponent(onlyPositional(context, 'job id'))}`;
    const { values, json, print } = context;
    const job = values.wait ? await waitFor(api, path) : await api.get<Job>(path);
    print(json ? JSON.stringify(job) : jobText(job));
    return values.wait && job.status !== 'COMPLETED' ? 1 : 0;
  },
});

/** Polls the job until it has ended, and shows its progress. */
export async function waitFor(api: ApiClient, path: string): Promise<Job> {
  const view = progressView(process.stderr);
  for (;;) {
    const job = await api.get<Job>(path);
    if (job.status !== 'PROCESSING') return job;
    view.show([{ file: job.key, key: job.key, job }]);
    await sleep(POLL_MILLISECONDS);
  }
}
