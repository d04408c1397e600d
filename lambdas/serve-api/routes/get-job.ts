import { JOB, JOB_PARAMS, JOB_QUERY } from '../../../contract/job-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { publishedSet } from '../../../core/outputs/published-set.ts';
import { notFound } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { jobView } from '../jobs/job-view.ts';
import { etagOf, isKnown } from '../jobs/link-period.ts';
import { queueStanding } from '../jobs/queue-standing.ts';
import { type BeyondRow, replacementOf } from '../jobs/replacement.ts';
import { findVisibleJob } from '../jobs/visible-job.ts';
import { longPoll } from '../waiting/long-poll.ts';

export const getJob = route({
  method: 'get',
  path: '/api/media/jobs/{jobId}',
  operationId: 'getJob',
  summary: 'Get a job: progress, place in line, timeline, metadata, outputs with links, error with advice',
  description:
    'To follow a job, repeat the request with `wait=25` and the ETag of the previous response: it is answered when something has changed. API Gateway streams no responses of this type of API, so that there are no server-sent events.',
  access: 'caller',
  params: JOB_PARAMS,
  query: JOB_QUERY,
  headers: { 'If-None-Match': 'ETag of a previous response: 304 if nothing has changed.' },
  responses: {
    200: {
      description: 'The job',
      schema: JOB,
      headers: { ETag: 'Changes with the job, its place in line and the links.' },
    },
    304: {
      description: 'Not modified',
      headers: { ETag: 'The same ETag.', 'Retry-After': 'Seconds; if there was no place to wait.' },
    },
  },
  problems: [404, 406],
  async handle(deps, { identity, params, query: { wait }, headers, signal }) {
    let latest: { job: Job; beyond: BeyondRow; etag: string } | undefined;
    const { result, headers: more } = await longPoll(
      deps.waitingPlaces,
      { wait, signal },
      async (isAgain) => {
        const shared = { get: (jobId: string) => deps.sharedReads.get(jobId) };
        const source = isAgain ? { ...deps, jobs: shared } : deps;
        const job = await findVisibleJob(source, identity, params.jobId);
        // Of a job that was there, a shared read may have failed.
        if (!job) return { result: latest, isNews: false };
        const replacedBy = publishedSet(job) ? await replacementOf(deps, job) : undefined;
        const beyond = { ...(await queueStanding(deps, job)), replacedBy };
        const etag = etagOf(job, deps.now(), beyond);
        latest = { job, beyond, etag };
        return { result: latest, isNews: !isKnown(etag, headers) };
      },
    );
    if (!result) throw notFound(`job ${params.jobId}`);
    const { job, beyond, etag } = result;
    const answerHeaders = { etag, 'cache-control': 'private, no-cache', ...more };
    if (isKnown(etag, headers)) return { status: 304, headers: answerHeaders };
    return { status: 200, body: await jobView(deps, job, beyond), headers: answerHeaders };
  },
});
