import type { Job } from '../../contract/job-api.ts';
import { apiCommand } from '../api-client.ts';
import { JOB_USAGE, jobPath } from '../find-job.ts';
import { jobText } from '../job-view.ts';

export const command = apiCommand({
  name: 'cancel',
  usage: JOB_USAGE,
  summary: 'Cancel a running job; exits with 4 if it has already ended',
  examples: ['npm run cli -- cancel job_abcdefghijklmnopqrstuvwxyz'],
  options: {},
  async run(api, context) {
    const job = await api.remove<Job>(await jobPath(api, context));
    context.print(context.json ? JSON.stringify(job) : jobText(job));
    return 0;
  },
});
