import * as z from 'zod';
import { CATEGORY, IDENTIFIER, KIND, MOMENT, STATUS } from './job-api.ts';

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);
const seconds = z.number().min(0);

const GROUP = z
  .object({
    jobs: count,
    byStatus: z.record(STATUS, count),
    successRate: share.nullable().describe('COMPLETED among those that ended other than by cancellation.'),
    errorRate: z.record(CATEGORY, share),
    processingSeconds: z
      .object({ jobs: count, average: seconds, min: seconds, max: seconds, p50: seconds, p95: seconds })
      .nullable()
      .describe('From admission to completion, of jobs that completed at their first attempt.'),
    jobsPerMinute: z.number().min(0),
  })
  .meta({ id: 'GroupStatistics' });

export const STATISTICS_QUERY = z.strictObject({
  window: z.enum(['1h', '6h', '24h', '7d']).default('24h').describe('Up to `to`; not with `from`.'),
  from: MOMENT.optional().describe('At most 7 days before `to`.'),
  to: MOMENT.optional().describe('Default: now.'),
  tenant: IDENTIFIER.optional().describe('For operators; absent: every tenant.'),
});

export const STATISTICS = z
  .object({
    window: z.object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      jobsRead: count,
      complete: z
        .boolean()
        .describe('false: there were more jobs than one request reads; `from` is the oldest one read.'),
    }),
    total: GROUP,
    byKind: z.partialRecord(z.union([KIND, z.literal('UNKNOWN')]), GROUP),
    running: z.object({
      jobs: count,
      complete: z.boolean(),
      capacity: count,
      utilization: z.number().min(0),
    }),
    queueDepth: count.describe('Running jobs beyond the capacity: they wait for a place.'),
    deadLetters: z.object({ waiting: count, held: count }).optional().describe('For operators.'),
    taskSlots: z
      .array(z.object({ kind: KIND, taken: count, limit: count, tenantShare: count }))
      .optional()
      .describe(
        'For operators: Fargate tasks that run, of all that may and of those that one tenant may have.',
      ),
    healthCheck: z.object({
      status: z.enum(['healthy', 'degraded', 'unhealthy']),
      reasons: z.array(z.string()),
    }),
  })
  .meta({ id: 'Statistics' });

export type GroupStatistics = z.infer<typeof GROUP>;
export type Statistics = z.infer<typeof STATISTICS>;
