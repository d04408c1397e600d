import {
  MAX_RERENDER_SECONDS,
  RERENDER_REQUEST,
  RERENDER_RESULTS,
  type RerenderRequest,
} from '../../../contract/rerender-api.ts';
import type { ApiDeps } from '../api-deps.ts';
import { encodeCursor } from '../http/cursor.ts';
import type { Identity } from '../http/identity.ts';
import { unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { listingOf } from '../jobs/listing.ts';
import { visibleJob } from '../jobs/visible-job.ts';
import { paced } from '../redrive/paced.ts';
import { rerenderOne } from '../rerender/rerender-one.ts';

export const rerenderJobs = route({
  method: 'post',
  path: '/api/media/jobs/rerender',
  operationId: 'rerenderJobs',
  summary: 'Make stale outputs of completed jobs again at a limited rate, or report what is stale',
  description:
    'Only what is stale is made; what is current is taken over. Readers see the outputs that there are until the new ones are whole.',
  access: 'caller',
  body: RERENDER_REQUEST,
  responses: { 200: { description: 'The result for each job', schema: RERENDER_RESULTS } },
  problems: [404, 422],
  async handle(deps, { identity, body }) {
    const { limit, ratePerSecond, dryRun } = body;
    const seconds = limit / ratePerSecond;
    if (seconds > MAX_RERENDER_SECONDS)
      throw unprocessable(
        'takes-too-long',
        'Takes too long',
        `Expected limit / ratePerSecond to be at most ${MAX_RERENDER_SECONDS} s, got ${Math.ceil(seconds)} s.`,
      );
    const { jobIds, nextCursor } = await meantJobs(deps, identity, body);
    const options = { choosesProfile: body.profile === 'current', dryRun, by: identity.name };
    const results = await paced(jobIds, ratePerSecond, (jobId) => rerenderOne(deps, jobId, options));
    const estimatedUsd = results.reduce((sum, result) => sum + result.estimatedUsd, 0);
    return { status: 200, body: { dryRun, results, estimatedUsd, nextCursor } };
  },
});

async function meantJobs(deps: ApiDeps, identity: Identity, { filter, cursor, limit }: RerenderRequest) {
  const { jobId, ...others } = filter;
  if (jobId) return { jobIds: [(await visibleJob(deps, identity, jobId)).jobId] };
  const query = { ...others, status: 'COMPLETED' as const, cursor };
  const { listing, scope } = listingOf(deps, identity, query, limit);
  const { jobs, next } = await deps.queries.list(listing);
  return { jobIds: jobs.map((job) => job.jobId), nextCursor: next && encodeCursor(next, scope) };
}
