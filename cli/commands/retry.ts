import type { RetryAccepted } from '../../contract/retry-api.ts';
import { apiCommand } from '../api-client.ts';
import { JOB_USAGE, jobPath } from '../find-job.ts';
import { jobText } from '../job-view.ts';
import { waitFor } from './job.ts';

export const command = apiCommand({
  name: 'retry',
  usage: `${JOB_USAGE} [--mode auto|redrive|restart] [--profile frozen|current] [--wait]`,
  summary: 'Retry a job that has ended; exits with 4 if it cannot be retried',
  examples: ['npm run cli -- retry JOB', 'npm run cli -- retry JOB --mode restart --wait'],
  options: { mode: { type: 'string' }, profile: { type: 'string' }, wait: { type: 'boolean' } },
  async run(api, context) {
    const path = await jobPath(api, context);
    const { values, json, print } = context;
    const retried = await api.post<RetryAccepted>(path, { mode: values.mode, profile: values.profile });
    const job = values.wait ? await waitFor(api, path) : retried.job;
    print(json ? JSON.stringify({ ...retried, job }) : `${retried.mode}: ${retried.reason}\n${jobText(job)}`);
    return values.wait && job.status !== 'COMPLETED' ? 1 : 0;
  },
});
