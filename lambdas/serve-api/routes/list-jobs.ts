import { JOB_LIST_QUERY, JOB_PAGE } from '../../../contract/job-api.ts';
import { encodeCursor } from '../http/cursor.ts';
import { route } from '../http/route.ts';
import { summaryView } from '../jobs/job-view.ts';
import { jobsOfKey } from '../jobs/jobs-of-key.ts';
import { listingOf } from '../jobs/listing.ts';

export const listJobs = route({
  method: 'get',
  path: '/api/media/jobs',
  operationId: 'listJobs',
  summary: 'List jobs, newest first',
  description:
    'With a selective filter, a page may hold fewer jobs than `limit`, even none. Request the next page as long as there is a `nextCursor`.',
  access: 'caller',
  query: JOB_LIST_QUERY,
  responses: {
    200: {
      description: 'One page of jobs',
      schema: JOB_PAGE,
    },
  },
  async handle(deps, { identity, query: { limit, key, ...filter } }) {
    if (key !== undefined) {
      const jobs = await jobsOfKey(deps, identity, { key, ...filter }, limit);
      return { status: 200, body: { jobs: jobs.map(summaryView) } };
    }
    const { listing, scope } = listingOf(deps, identity, filter, limit);
    const { jobs, next } = await deps.queries.list(listing);
    return {
      status: 200,
      body: { jobs: jobs.map(summaryView), nextCursor: next && encodeCursor(next, scope) },
    };
  },
});
