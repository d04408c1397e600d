import * as z from 'zod';
import { JOB, JOB_PARAMS } from '../../../contract/job-api.ts';
import { retryJob as retry } from '../../../core/lifecycle/retry-job.ts';
import { conflict, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { jobView } from '../jobs/job-view.ts';
import { visibleJob } from '../jobs/visible-job.ts';

export const RETRY_MODE = z
  .enum(['auto', 'redrive', 'restart'])
  .default('auto')
  .describe(
    'redrive resumes at the state that failed; restart begins again; auto takes redrive where it is possible.',
  );

export const retryJob = route({
  method: 'post',
  path: '/api/media/jobs/{jobId}',
  operationId: 'retryJob',
  summary: 'Try an ended job again',
  access: 'caller',
  params: JOB_PARAMS,
  body: z
    .strictObject({
      mode: RETRY_MODE,
      outputs: z
        .array(z.string().max(128))
        .max(100)
        .optional()
        .describe('Not supported: 422. A job makes all its outputs.'),
    })
    .meta({ id: 'RetryRequest' }),
  responses: {
    202: {
      description: 'The job runs again',
      schema: z
        .object({ mode: z.enum(['redrive', 'restart']), reason: z.string(), job: JOB })
        .meta({ id: 'RetryAccepted' }),
    },
  },
  problems: [404, 409, 422],
  async handle(deps, { identity, params, body }) {
    const job = await visibleJob(deps, identity, params.jobId);
    // The manifest lists all outputs of one run, byte for byte the same for the same source: a part of a run has none.
    if (body.outputs?.length)
      throw unprocessable(
        'outputs-not-selectable',
        'Outputs cannot be selected',
        'A job makes all its outputs in one run and publishes them together; retry it without `outputs`.',
      );
    const result = await retry(deps, job, { mode: body.mode, by: identity.name });
    if (!result.accepted) throw conflict(result.refusal, result.reason);
    const { mode, reason } = result;
    return { status: 202, body: { mode, reason, job: await jobView(deps, result.job) } };
  },
});
