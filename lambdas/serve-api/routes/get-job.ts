import { JOB, JOB_PARAMS } from '../../../contract/job-api.ts';
import { route } from '../http/route.ts';
import { jobView } from '../jobs/job-view.ts';
import { etagOf, isKnown } from '../jobs/link-period.ts';
import { queueStanding } from '../jobs/queue-standing.ts';
import { visibleJob } from '../jobs/visible-job.ts';

export const getJob = route({
  method: 'get',
  path: '/api/media/jobs/{jobId}',
  operationId: 'getJob',
  summary: 'Get a job: progress, place in line, timeline, metadata, outputs with links, error with advice',
  access: 'caller',
  params: JOB_PARAMS,
  headers: { 'If-None-Match': 'ETag of a previous response: 304 if nothing has changed.' },
  responses: {
    200: {
      description: 'The job',
      schema: JOB,
      headers: { ETag: 'Changes with the job, its place in line and the links.' },
    },
    304: { description: 'Not modified', headers: { ETag: 'The same ETag.' } },
  },
  problems: [404, 406],
  async handle(deps, { identity, params, headers }) {
    const job = await visibleJob(deps, identity, params.jobId);
    const standing = await queueStanding(deps, job);
    const etag = etagOf(job, deps.now(), standing);
    const answerHeaders = { etag, 'cache-control': 'private, no-cache' };
    if (isKnown(etag, headers)) return { status: 304, headers: answerHeaders };
    return { status: 200, body: await jobView(deps, job, standing), headers: answerHeaders };
  },
});
