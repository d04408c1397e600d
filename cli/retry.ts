import type { RetryAccepted } from '../contract/retry-api.ts';
import { apiCommand, onlyPositional } from './api-client.ts';
import { waitFor } from './job.ts';
import { jobText } from './job-view.ts';

export const command = apiCommand({
  name: 'retry',
  usage: 'JOB [--mode auto|redrive|restart] [--wait]',
  summary: 'Retry a job that has ended; exits with 4 if it cannot be retried',
  examples: ['npm run cli -- retry JOB', 'npm run cli -- retry JOB --mode restart --wait'],
  options: { mode: { type: 'string' }, wait: { type: 'boolean' } },
  async run(api, context) {
    const path = `/jobs/${encodeURIComponent(onlyPositional(context, 'job id'))}`;
    const { values, json, print } = context;
    const retried = await api.post<RetryAccepted>(path, { mode: values.mode });
    const job = values.wait ? await waitFor(api, path) : retried.job;
    print(json ? JSON.stringify({ ...retried, job }) : `${retried.mode}: ${retried.reason}\n${jobText(job)}`);
    return values.wait && job.status !== 'COMPLETED' ? 1 : 0;
  },
});
