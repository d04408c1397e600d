import * as z from 'zod';
import { DEAD_LETTER_COUNTS } from './dead-letter-api.ts';
import { CATEGORY, IDENTIFIER, KIND, MOMENT, STATUS } from './job-api.ts';

const share = z.number().min(0).max(1);
const count = z.number().int().min(0);
const seconds = z.number().min(0);

const GROUP = z
  .object({
    jobs: count,
    byStatus: z.record(STATUS, count),
    successRate: share
      .nullable()
      .describe('Share of COMPLETED among the jobs that ended, not counting CANCELLED.'),
    errorRate: z.record(CATEGORY, share),
    processingSeconds: z
      .object({ jobs: count, average: seconds, min: seconds, max: seconds, p50: seconds, p95: seconds })
      .nullable()
      .describe('Time from admission to completion, for jobs that completed on their first attempt.'),
    jobsPerMinute: z.number().min(0),
  })
  .meta({ id: 'GroupStatistics' });

export const STATISTICS_QUERY = z.strictObject({
  window: z
    .enum(['1h', '6h', '24h', '7d'])
    .default('24h')
    .describe('Length of the window, which ends at `to`. Ignored if `from` is given.'),
  from: MOMENT.optional().describe('At most 7 days before `to`.'),
  to: MOMENT.optional().describe('Default: now.'),
  tenant: IDENTIFIER.optional().describe('For operators. Default: all tenants.'),
});

export const STATISTICS = z
  .object({
    window: z.object({
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      jobsRead: count,
      complete: z
        .boolean()
        .describe(
          'false: the window has more jobs than one request reads. `from` is then when the oldest job read was created.',
        ),
    }),
    total: GROUP,
    byKind: z.partialRecord(z.union([KIND, z.literal('UNKNOWN')]), GROUP),
    running: z.object({
      jobs: count,
      complete: z.boolean(),
      capacity: count,
      utilization: z.number().min(0),
    }),
    queueDepth: count.describe('Jobs in progress beyond the capacity: they are queued.'),
    deadLetters: DEAD_LETTER_COUNTS.optional().describe('Operators only.'),
    taskSlots: z
      .array(z.object({ kind: KIND, taken: count, limit: count, tenantShare: count }))
      .optional()
      .describe(
        'Operators only. Running Fargate tasks per kind, with the limit for all tenants and for one tenant.',
      ),
    healthCheck: z.object({
      status: z.enum(['healthy', 'degraded', 'unhealthy']),
      reasons: z.array(z.string()),
    }),
  })
  .meta({ id: 'Statistics' });

export type GroupStatistics = z.infer<typeof GROUP>;
export type Statistics = z.infer<typeof STATISTICS>;
