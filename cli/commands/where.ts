import type { JobPage } from '../../contract/job-api.ts';
import { apiCommand, onlyPositional } from '../api-client.ts';
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
    const sought = asked.startsWith('tenants/') ? { key: asked } : { fileName: asked };
    const jobs: JobPage['jobs'] = [];
    let cursor: string | undefined;
    do {
      const page: JobPage = await api.get<JobPage>('/jobs', { ...filterOf(context), ...sought, cursor });
      jobs.push(...page.jobs);
      cursor = page.nextCursor;
    } while (cursor);
    context.print(context.json ? JSON.stringify({ jobs }) : jobTable(jobs));
    return jobs.length > 0 ? 0 : NOT_FOUND;
  },
});
