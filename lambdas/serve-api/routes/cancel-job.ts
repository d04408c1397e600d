import { JOB, JOB_PARAMS } from '../../../contract/job-api.ts';
import { cancelJob as cancel } from '../../../core/lifecycle/cancel-job.ts';
import { conflict } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { jobView } from '../jobs/job-view.ts';
import { visibleJob } from '../jobs/visible-job.ts';

export const cancelJob = route({
  method: 'delete',
  path: '/api/media/jobs/{jobId}',
  operationId: 'cancelJob',
  summary: 'Cancel a running job: stops its execution and removes its published outputs',
  access: 'caller',
  params: JOB_PARAMS,
  responses: { 200: { description: 'The job is cancelled, or already was', schema: JOB } },
  problems: [404, 409],
  async handle(deps, { identity, params }) {
    const job = await visibleJob(deps, identity, params.jobId);
    const result = await cancel(deps, job, identity.name);
    if (!result.cancelled)
      throw conflict(
        'already-ended',
        `The job has already ended as ${result.job.status}; only a running job can be cancelled.`,
      );
    return { status: 200, body: await jobView(deps, result.job) };
  },
});
