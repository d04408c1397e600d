import type { JobPage, JobSummary } from '../../contract/job-api.ts';
import { apiCommand } from '../api-client.ts';
import { FILTER_OPTIONS, FILTER_USAGE, filterOf, numberOf } from '../job-filter.ts';
import { jobTable } from '../job-view.ts';

export const command = apiCommand({
  name: 'jobs',
  usage: `${FILTER_USAGE} [--limit N] [--cursor CURSOR] [--all]`,
  summary: 'List jobs, newest first',
  examples: [
    'npm run cli -- jobs --status failed --from 2026-01-31T00:00:00Z',
    'npm run cli -- jobs --tenant acme --kind video --all --json | jq -r ".jobs[].jobId"',
  ],
  options: {
    ...FILTER_OPTIONS,
    limit: { type: 'string' },
    cursor: { type: 'string' },
    all: { type: 'boolean' },
  },
  async run(api, context) {
    const { values, json, print } = context;
    const jobs: JobSummary[] = [];
    let cursor = values.cursor as string | undefined;
    do {
      const page = await api.get<JobPage>('/jobs', {
        ...filterOf(context),
        limit: numberOf(values.limit),
        cursor,
      });
      jobs.push(...page.jobs);
      cursor = page.nextCursor;
    } while (cursor && values.all);
    if (json) print(JSON.stringify({ jobs, nextCursor: cursor }));
    else print(`${jobTable(jobs)}${cursor ? `\n\nMore: --all, or --cursor ${cursor}` : ''}`);
    return 0;
  },
});
