import { JOB_PARAMS } from '../../../contract/job-api.ts';
import { RETRY_ACCEPTED, RETRY_REQUEST } from '../../../contract/retry-api.ts';
import { beginRetry } from '../../../core/lifecycle/begin-retry.ts';
import { conflict, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { jobView } from '../jobs/job-view.ts';
import { visibleJob } from '../jobs/visible-job.ts';

export const retryJob = route({
  method: 'post',
  path: '/api/media/jobs/{jobId}',
  operationId: 'retryJob',
  summary: 'Retry a job that has ended',
  access: 'caller',
  params: JOB_PARAMS,
  body: RETRY_REQUEST,
  responses: {
    202: {
      description: 'The job runs again',
      schema: RETRY_ACCEPTED,
    },
  },
  problems: [404, 409, 422],
  async handle(deps, { identity, params, body }) {
    const job = await visibleJob(deps, identity, params.jobId);
    // The manifest lists all outputs of one run and is the same, byte for byte, for the same
    // source. A partial run has no manifest.
    if (body.outputs?.length)
      throw unprocessable(
        'outputs-not-selectable',
        'Outputs cannot be selected',
        'A job produces all its outputs in one run and publishes them together. Retry it without `outputs`.',
      );
    const choosesProfile = body.profile === 'current';
    if (choosesProfile && body.mode === 'redrive')
      throw unprocessable(
        'profile-needs-restart',
        'The current profile needs a restart',
        'A redrive goes on with the profile that the job was admitted with. Retry it with mode `restart`.',
      );
    const mode = choosesProfile ? 'restart' : body.mode;
    const result = await beginRetry(deps, job, { mode, by: identity.name, choosesProfile });
    if (!result.accepted) throw conflict(result.refusal, result.reason);
    const { reason } = result;
    return { status: 202, body: { mode: result.mode, reason, job: await jobView(deps, result.job) } };
  },
});
