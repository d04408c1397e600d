import { cancelJob as cancel } from '../../../core/cancel-job.ts';
import { recordOutcome } from '../../record-outcome/record-outcome.ts';
import { jobView } from '../job-view.ts';
import { conflict } from '../problem.ts';
import { route } from '../route.ts';
import { JOB, JOB_PARAMS } from '../schemas.ts';
import { visibleJob } from '../visible-job.ts';

export const cancelJob = route({
  method: 'delete',
  path: '/api/media/jobs/{jobId}',
  operationId: 'cancelJob',
  summary: 'Cancel a running job: its execution is stopped, what it had published is removed',
  access: 'caller',
  params: JOB_PARAMS,
  responses: { 200: { description: 'The job is cancelled, now or before', schema: JOB } },
  problems: [404, 409],
  async handle(deps, { identity, params }) {
    const job = await visibleJob(deps, identity, params.jobId);
    const steps = { ...deps, recordOutcome: (event: object) => recordOutcome(deps, event) };
    const result = await cancel(steps, job, identity.name);
    if (!result.cancelled)
      throw conflict(
        'already-ended',
        `The job has ended ${result.job.status}; only a running job can be cancelled.`,
      );
    return { status: 200, body: await jobView(deps, result.job) };
  },
});
