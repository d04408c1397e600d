import { JOB_PARAMS } from '../../../contract/job-api.ts';
import { RETRY_ACCEPTED, RETRY_REQUEST, type RetryRequest } from '../../../contract/retry-api.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { beginRerender } from '../../../core/lifecycle/begin-rerender.ts';
import { beginRetry, type RetryResult } from '../../../core/lifecycle/begin-retry.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { conflict, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { jobView } from '../jobs/job-view.ts';
import { visibleJob } from '../jobs/visible-job.ts';
import { findStale, isRefusal } from '../rerender/find-stale.ts';

export const retryJob = route({
  method: 'post',
  path: '/api/media/jobs/{jobId}',
  operationId: 'retryJob',
  summary: 'Retry a job that has ended, or make outputs of a completed one again',
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
    if (body.outputs || body.stale) return again(deps, identity, job, body);
    const choosesProfile = body.profile === 'current';
    if (choosesProfile && body.mode === 'redrive')
      throw unprocessable(
        'profile-needs-restart',
        'The current profile needs a restart',
        'A redrive goes on with the profile that the job was admitted with. Retry it with mode `restart`.',
      );
    const mode = choosesProfile ? 'restart' : body.mode;
    return answer(deps, await beginRetry(deps, job, { mode, by: identity.name, choosesProfile }));
  },
});

/** Makes outputs of a completed job again. */
async function again(deps: ApiDeps, identity: Identity, job: Job, body: RetryRequest) {
  const { outputs: only, stale, profile = 'current', mode } = body;
  if (only && stale)
    throw unprocessable(
      'outputs-and-stale',
      'Outputs or stale',
      'Expected `outputs`, which are made again by name, or `stale`, got both.',
    );
  if (mode === 'redrive')
    throw unprocessable(
      'outputs-need-restart',
      'Outputs are made again in a new execution',
      'A redrive resumes a failed execution. Leave out `mode`, or give `restart`.',
    );
  const choosesProfile = profile === 'current';
  const found = await findStale(deps, job, { choosesProfile }).catch(profileProblem);
  if ('refusal' in found) throw conflict(found.refusal, found.reason);
  if (!only && found.stale.length === 0) throw conflict('nothing-stale', 'All outputs are current.');
  if (only) refuseUnknown(only, found.known);
  return answer(deps, await beginRerender(deps, job, { only, choosesProfile, by: identity.name }));
}

function refuseUnknown(only: readonly string[], known: ReadonlySet<string>): void {
  const unknown = only.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw unprocessable(
      'unknown-output',
      'Unknown output',
      `Expected names of outputs of the job or its profile (${[...known].slice(0, MAX_SHOWN).join(', ')}), got ${unknown.join(', ')}.`,
    );
}

/** Names shown in a refusal. */
const MAX_SHOWN = 40;

function profileProblem(error: unknown): never {
  throw isRefusal(error) ? conflict('profile-not-allowed', error.message) : error;
}

async function answer(deps: ApiDeps, result: RetryResult) {
  if (!result.accepted) throw conflict(result.refusal, result.reason);
  const { mode, reason, job } = result;
  return { status: 202 as const, body: { mode, reason, job: await jobView(deps, job) } };
}
