import type { Job } from '../contract/job-api.ts';
import { apiCommand, onlyPositional } from './api-client.ts';
import { jobText } from './job-view.ts';

export const command = apiCommand({
  name: 'cancel',
  usage: 'JOB',
  summary: 'Cancel a running job; exits with 4 if it has already ended',
  examples: ['npm run cli -- cancel job_abcdefghijklmnopqrstuvwxyz'],
  options: {},
  async run(api, context) {
    const job = await api.remove<Job>(`/jobs/${encodeURIComponent(onlyPositional(context, 'job id'))}`);
    context.print(context.json ? JSON.stringify(job) : jobText(job));
    return 0;
  },
});
