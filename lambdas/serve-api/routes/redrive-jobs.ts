import type { DeadLetter } from '../../../contract/dead-letter.ts';
import {
  MAX_REDRIVE_SECONDS,
  REDRIVE_REQUEST,
  REDRIVE_RESULTS,
  type RedriveRequest,
} from '../../../contract/retry-api.ts';
import { ownerOf } from '../../../contract/upload-key.ts';
import type { ApiDeps } from '../api-deps.ts';
import { encodeCursor } from '../http/cursor.ts';
import type { Identity } from '../http/identity.ts';
import { forbidden, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { listingOf, utc } from '../jobs/listing.ts';
import { paced } from '../redrive/paced.ts';
import { redeliverEvents } from '../redrive/redeliver-events.ts';
import { redriveDeadLetters } from '../redrive/redrive-dead-letters.ts';
import { orRefused, type RedriveOptions, retryOne } from '../redrive/retry-one.ts';

export const redriveJobs = route({
  method: 'post',
  path: '/api/media/jobs/redrive',
  operationId: 'redriveJobs',
  summary: 'Retry many jobs at a limited rate',
  access: 'caller',
  body: REDRIVE_REQUEST,
  responses: {
    200: {
      description: 'The result for each job',
      schema: REDRIVE_RESULTS,
    },
  },
  problems: [422],
  async handle(deps, { identity, body }) {
    if (body.limit / body.ratePerSecond > MAX_REDRIVE_SECONDS)
      throw unprocessable(
        'takes-too-long',
        'Takes too long',
        `Expected limit / ratePerSecond to be at most ${MAX_REDRIVE_SECONDS} s, got ${Math.ceil(body.limit / body.ratePerSecond)} s.`,
      );
    const options: RedriveOptions = { mode: body.mode, dryRun: body.dryRun, by: identity.name };
    if (body.source === 'dead-letters') return fromDeadLetters(deps, identity, body, options);
    if (body.source === 'undelivered-events') return undeliveredEvents(deps, identity, body);
    const { jobId, errorName, errorCategory, status = 'FAILED', ...filter } = body.filter;
    const { listing, scope } = listingOf(
      deps,
      identity,
      { ...filter, status, cursor: body.cursor },
      body.limit,
    );
    const { jobs, next } = await deps.queries.list(listing);
    const meant = jobs.filter(
      (job) => (!jobId || job.jobId === jobId) && isError(job.error, { errorName, errorCategory }),
    );
    const results = await paced(meant, body.ratePerSecond, ({ jobId: id }) =>
      orRefused(id, async () => {
        // The index is eventually consistent: decide by the row.
        const job = await deps.jobs.get(id);
        if (job?.status === status) return retryOne(deps, job, options);
        return {
          jobId: id,
          outcome: 'dropped',
          reason: job ? `The job is now ${job.status}.` : 'The job row no longer exists.',
        };
      }),
    );
    return {
      status: 200,
      body: { dryRun: body.dryRun, results, nextCursor: next && encodeCursor(next, scope) },
    };
  },
});

async function fromDeadLetters(
  deps: ApiDeps,
  identity: Identity,
  body: RedriveRequest,
  options: RedriveOptions,
) {
  if (identity.role !== 'operator') throw forbidden('Redriving dead letters requires the operator role.');
  const { filter, limit, ratePerSecond: perSecond } = body;
  if (filter.status || filter.kind || body.cursor)
    throw unprocessable(
      'not-for-dead-letters',
      'Not for dead letters',
      'Dead letters cannot be filtered by status or kind, and have no cursor.',
    );
  const matches = (letter: DeadLetter) => isLetterOf(letter, filter);
  const results = await redriveDeadLetters(deps, { matches, limit, perSecond }, options);
  return {
    status: 200,
    body: { dryRun: options.dryRun, results, deadLetters: await deps.deadLetters.counts() },
  };
}

async function undeliveredEvents(deps: ApiDeps, identity: Identity, body: RedriveRequest) {
  if (identity.role !== 'operator') throw forbidden('Delivering events again requires the operator role.');
  const { limit, ratePerSecond: perSecond, dryRun } = body;
  const { from, to, ...filter } = body.filter;
  if (Object.keys(filter).length > 0 || body.cursor)
    throw unprocessable(
      'not-for-undelivered-events',
      'Not for undelivered events',
      'Undelivered events can only be filtered by the time of their message, and have no cursor.',
    );
  const period = { from: from && utc(from), to: to ? utc(to) : deps.now().toISOString() };
  const results = await redeliverEvents(deps, { limit, perSecond, ...period, dryRun });
  return { status: 200, body: { dryRun, results, deadLetters: await deps.undelivered.counts() } };
}

function isLetterOf(
  letter: DeadLetter,
  { jobId, tenant, user, from, to, ...error }: RedriveRequest['filter'],
): boolean {
  const owner = letter.source && ownerOf(letter.source.key);
  return (
    (!jobId || letter.jobId === jobId) &&
    (!tenant || owner?.tenantId === tenant) &&
    (!user || owner?.userId === user) &&
    (!from || letter.failedAt >= utc(from)) &&
    (!to || letter.failedAt <= utc(to)) &&
    isError(letter.error, error)
  );
}

function isError(
  error: { name: string; category: string } | undefined,
  { errorName, errorCategory }: { errorName?: string | undefined; errorCategory?: string | undefined },
): boolean {
  return (!errorName || error?.name === errorName) && (!errorCategory || error?.category === errorCategory);
}
