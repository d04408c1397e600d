import type { JobSummary } from '../../contract/job-api.ts';
import { apiCommand, onlyPositional } from '../api-client.ts';
import { jobsCalled } from '../find-job.ts';
import { FILTER_OPTIONS, FILTER_USAGE, filterOf } from '../job-filter.ts';
import { jobTable } from '../job-view.ts';

/** Exit code where there is none, as for a job that the API does not know. */
const NOT_FOUND = 3;

export const command = apiCommand({
  name: 'where',
  usage: `KEY|NAME ${FILTER_USAGE}`,
  summary: 'Find the jobs of an upload by its key, or by the beginning of its file name, newest first',
  examples: [
    'npm run cli -- where tenants/acme/users/ann/media/photo.jpg',
    'npm run cli -- where holiday --tenant acme',
  ],
  options: FILTER_OPTIONS,
  async run(api, context) {
    const asked = onlyPositional(context, 'key or file name');
    const jobs: JobSummary[] = [];
    for await (const job of jobsCalled(api, asked, filterOf(context))) jobs.push(job);
    context.print(context.json ? JSON.stringify({ jobs }) : jobTable(jobs));
    return jobs.length > 0 ? 0 : NOT_FOUND;
  },
});
