import type { RetryAccepted } from '../../contract/retry-api.ts';
import { apiCommand } from '../api-client.ts';
import { JOB_USAGE, jobPath } from '../find-job.ts';
import { jobText } from '../job-view.ts';
import { waitFor } from './job.ts';

export const command = apiCommand({
  name: 'retry',
  usage: `${JOB_USAGE} [--mode auto|redrive|restart] [--profile frozen|current] [--stale | --outputs NAME,…] [--wait]`,
  summary:
    'Retry a job that has ended, or make outputs of a completed one again; exits with 4 if that is not possible',
  examples: [
    'npm run cli -- retry JOB',
    'npm run cli -- retry JOB --mode restart --wait',
    'npm run cli -- retry JOB --outputs thumb_small --wait',
  ],
  options: {
    mode: { type: 'string' },
    profile: { type: 'string' },
    stale: { type: 'boolean' },
    outputs: { type: 'string' },
    wait: { type: 'boolean' },
  },
  async run(api, context) {
    const path = await jobPath(api, context);
    const { values, json, print } = context;
    const retried = await api.post<RetryAccepted>(path, {
      ...{ mode: values.mode, profile: values.profile },
      ...(values.stale && { stale: true }),
      ...(values.outputs !== undefined && { outputs: String(values.outputs).split(',') }),
    });
    const job = values.wait ? await waitFor(api, path) : retried.job;
    print(json ? JSON.stringify({ ...retried, job }) : `${retried.mode}: ${retried.reason}\n${jobText(job)}`);
    return values.wait && job.status !== 'COMPLETED' ? 1 : 0;
  },
});
