import * as z from 'zod';
import { JOB_FILTER } from './job-api.ts';
import { CURSOR, JOB_ID } from './values.ts';

/** Requests and responses for making stale outputs of many completed jobs again. */

/** Maximum duration of one request in seconds. API Gateway times out after 30. */
export const MAX_RERENDER_SECONDS = 20;

export const RERENDER_REQUEST = z
  .strictObject({
    filter: JOB_FILTER.omit({ cursor: true, status: true })
      .extend({
        jobId: JOB_ID.optional().describe('This job alone; the rest of the filter does not apply.'),
      })
      .default({}),
    profile: z
      .enum(['frozen', 'current'])
      .default('current')
      .describe(
        'current: compared with the profile that the upload would get now. frozen: with that of the job.',
      ),
    dryRun: z
      .boolean()
      .default(false)
      .describe(
        'Report what is stale, why, and what it would cost to make it again, without changing anything.',
      ),
    limit: z.number().int().min(1).max(100).default(25).describe('Maximum number of jobs to look at.'),
    ratePerSecond: z
      .number()
      .min(0.1)
      .max(50)
      .default(5)
      .describe(`limit / ratePerSecond must not exceed ${MAX_RERENDER_SECONDS}.`),
    cursor: CURSOR.optional().describe('`nextCursor` of the previous response. Use it with the same filter.'),
  })
  .meta({ id: 'RerenderRequest' });
export type RerenderRequest = z.output<typeof RERENDER_REQUEST>;

const STALE_OUTPUT = z
  .object({
    name: z.string().describe('Name without the stem; of one that was not made yet, in the profile.'),
    reason: z.string(),
  })
  .meta({ id: 'StaleOutput' });

const RERENDER_RESULT = z
  .object({
    jobId: JOB_ID,
    outcome: z
      .enum(['started', 'stale', 'current', 'refused', 'dropped'])
      .describe(
        'started: what is stale is being made again. stale: dry run, it would be. current: nothing is stale. refused: see reason. dropped: the job has changed since it was listed.',
      ),
    reason: z.string(),
    stale: z.array(STALE_OUTPUT).describe('Segments of a stream are left out.'),
    estimatedUsd: z
      .number()
      .min(0)
      .describe(
        'Estimate of what it costs at most on AWS, at list prices of us-east-1: what the whole job costs.',
      ),
  })
  .meta({ id: 'RerenderResult' });
export type RerenderResult = z.infer<typeof RERENDER_RESULT>;

export const RERENDER_RESULTS = z
  .object({
    dryRun: z.boolean(),
    results: z.array(RERENDER_RESULT),
    estimatedUsd: z.number().min(0).describe('Of all these jobs.'),
    nextCursor: CURSOR.optional(),
  })
  .meta({ id: 'RerenderResults' });
export type RerenderResults = z.infer<typeof RERENDER_RESULTS>;
