import { JOB_LIST_QUERY, JOB_PAGE } from '../../../contract/job-api.ts';
import { encodeCursor } from '../http/cursor.ts';
import { invalid } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { summaryView } from '../jobs/job-view.ts';
import { jobsOfKey } from '../jobs/jobs-of-key.ts';
import { listingOf } from '../jobs/listing.ts';
import { longPoll } from '../waiting/long-poll.ts';

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
      headers: { 'Retry-After': 'Seconds; if there was no place to wait.' },
    },
  },
  async handle(deps, { identity, query: { limit, key, wait, ...filter }, signal }) {
    if (key !== undefined) {
      const { result: jobs, headers } = await longPoll(deps.waitingPlaces, { wait, signal }, async () => {
        const found = await jobsOfKey(deps, identity, { key, ...filter }, limit);
        return { result: found, isNews: found.length > 0 };
      });
      return { status: 200, body: { jobs: jobs.map(summaryView) }, headers };
    }
    if (wait) throw invalid([{ at: 'wait', detail: 'expected none without `key`' }]);
    const { listing, scope } = listingOf(deps, identity, filter, limit);
    const { jobs, next } = await deps.queries.list(listing);
    return {
      status: 200,
      body: { jobs: jobs.map(summaryView), nextCursor: next && encodeCursor(next, scope) },
    };
  },
});
