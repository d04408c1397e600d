import * as z from 'zod';
import { CATEGORY, CURSOR, JOB_ID } from '../../../contract/job-api.ts';
import { ownerOf } from '../../../contract/upload-key.ts';
import type { DeadLetter } from '../../../core/lifecycle/announcements.ts';
import type { ApiDeps } from '../api-deps.ts';
import { encodeCursor } from '../http/cursor.ts';
import type { Identity } from '../http/identity.ts';
import { forbidden, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { JOB_FILTER, listingOf, utc } from '../jobs/listing.ts';
import { paced } from '../redrive/paced.ts';
import { redriveDeadLetters } from '../redrive/redrive-dead-letters.ts';
import { type RedriveOptions, redriveJob } from '../redrive/redrive-jobs.ts';
import { RETRY_MODE } from './retry-job.ts';

/** API Gateway ends a request after 30 s. */
const MAX_SECONDS = 20;

const REQUEST = z
  .strictObject({
    source: z
      .enum(['jobs', 'dead-letters'])
      .default('jobs')
      .describe(
        'dead-letters (operators): the messages of failed jobs; each goes once its job runs again or no longer needs it.',
      ),
    filter: JOB_FILTER.omit({ cursor: true, status: true })
      .extend({
        status: z
          .enum(['FAILED', 'REJECTED', 'CANCELLED'])
          .optional()
          .describe('Default: FAILED. Not for dead letters.'),
        jobId: JOB_ID.optional(),
        errorName: z.string().max(128).optional(),
        errorCategory: CATEGORY.optional(),
      })
      .default({}),
    mode: RETRY_MODE,
    dryRun: z.boolean().default(false).describe('Say what would happen, and change nothing.'),
    limit: z.number().int().min(1).max(100).default(25),
    ratePerSecond: z
      .number()
      .min(0.1)
      .max(50)
      .default(5)
      .describe(`limit / ratePerSecond may be ${MAX_SECONDS} at most.`),
    cursor: CURSOR.optional().describe('`nextCursor` of the answer before, with the same filter.'),
  })
  .meta({ id: 'RedriveRequest' });
type Request = z.output<typeof REQUEST>;

const RESULT = z
  .object({
    jobId: JOB_ID.nullable(),
    outcome: z
      .enum(['redriven', 'restarted', 'refused', 'dropped'])
      .describe('dropped: a dead letter that says nothing true any more.'),
    reason: z.string(),
  })
  .meta({ id: 'RedriveResult' });

export const redriveJobs = route({
  method: 'post',
  path: '/api/media/jobs/redrive',
  operationId: 'redriveJobs',
  summary: 'Retry many jobs, no faster than a given rate',
  access: 'caller',
  body: REQUEST,
  responses: {
    200: {
      description: 'What became of each',
      schema: z
        .object({ dryRun: z.boolean(), results: z.array(RESULT), nextCursor: CURSOR.optional() })
        .meta({ id: 'RedriveResults' }),
    },
  },
  problems: [422],
  async handle(deps, { identity, body }) {
    if (body.limit / body.ratePerSecond > MAX_SECONDS)
      throw unprocessable(
        'takes-too-long',
        'Takes too long',
        `limit / ratePerSecond may be ${MAX_SECONDS} s at most.`,
      );
    const options: RedriveOptions = { mode: body.mode, dryRun: body.dryRun, by: identity.name };
    if (body.source === 'dead-letters') return fromDeadLetters(deps, identity, body, options);
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
    const results = await paced(meant, body.ratePerSecond, async (summary) => {
      // The index lags behind; what decides is the row.
      const job = await deps.jobs.get(summary.jobId);
      if (job?.status === status) return redriveJob(deps, job, options);
      return {
        jobId: summary.jobId,
        outcome: 'dropped',
        reason: `The job is ${job?.status ?? 'gone'} by now.`,
      };
    });
    return {
      status: 200,
      body: { dryRun: body.dryRun, results, nextCursor: next && encodeCursor(next, scope) },
    };
  },
});

async function fromDeadLetters(deps: ApiDeps, identity: Identity, body: Request, options: RedriveOptions) {
  if (identity.role !== 'operator') throw forbidden('Only an operator may redrive dead letters.');
  const { filter, limit, ratePerSecond: perSecond } = body;
  if (filter.status || filter.kind || body.cursor)
    throw unprocessable(
      'not-for-dead-letters',
      'Not for dead letters',
      'Dead letters know no status, kind or cursor.',
    );
  const matches = (letter: DeadLetter) => isLetterOf(letter, filter);
  const results = await redriveDeadLetters(deps, { matches, limit, perSecond }, options);
  return { status: 200, body: { dryRun: options.dryRun, results } };
}

function isLetterOf(
  letter: DeadLetter,
  { jobId, tenant, user, from, to, ...error }: Request['filter'],
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
