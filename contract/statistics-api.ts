import * as z from 'zod';
import { DEAD_LETTER_COUNTS } from './dead-letter-api.ts';
import { CATEGORY, IDENTIFIER, KIND, MOMENT, STATUS } from './values.ts';

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

const QUEUE_LOAD = z
  .object({
    queue: z
      .string()
      .describe('State of the state machine that the jobs wait for, such as `TranscodeVideo`.'),
    kind: KIND,
    taken: count.describe('Slots that jobs have.'),
    limit: count.describe('Slots that there are: jobs that may be in this state at once.'),
    tenantShare: count.describe('Slots that one tenant may have, unless it has an exception.'),
    waiting: count.describe('Jobs in line.'),
    oldestWaitSeconds: count.describe('How long the first of them has waited; 0 if none waits.'),
    fullSeconds: count.describe('How long all slots have been taken while jobs wait; 0 if they are not.'),
  })
  .meta({ id: 'QueueLoad' });

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
    statistics: GROUP.meta({ deprecated: true }).describe(
      'The same as `total`, for clients of the first API.',
    ),
    byKind: z.partialRecord(z.union([KIND, z.literal('UNKNOWN')]), GROUP),
    running: z
      .object({
        jobs: count.describe('Jobs in progress, those that wait in line included.'),
        complete: z.boolean().describe('false: there are more jobs in progress than were counted.'),
        capacity: count.describe(
          'Sum of the limits of the queues in use; for a tenant, of the slots that it may have. Kinds without a limit have no queue and are not counted.',
        ),
        utilization: z
          .number()
          .min(0)
          .describe(
            'Share of slots taken in the fullest queue; for a tenant, of those that it may have. Above 1 after a limit was lowered.',
          ),
      })
      .describe('Load at the time of the request, whatever the window.'),
    queueDepth: count.describe(
      'Jobs that wait in line for a slot, over all queues; a tenant sees the number of its own.',
    ),
    deadLetters: DEAD_LETTER_COUNTS.optional().describe('Operators only.'),
    taskSlots: z
      .array(QUEUE_LOAD)
      .optional()
      .describe('Operators only, over all tenants. The queues in use: those that a job has ever entered.'),
    healthCheck: z.object({
      status: z.enum(['healthy', 'degraded', 'unhealthy']),
      reasons: z
        .array(z.string())
        .describe(
          'What is wrong, in words: a high rate of failed jobs, or a job that has waited longer than `MAX_QUEUE_WAIT_SECONDS`; for operators also a queue that has been full for longer than that, dead letters and undelivered events. A tenant learns of its own jobs only.',
        ),
    }),
  })
  .meta({ id: 'Statistics' });

export type GroupStatistics = z.infer<typeof GROUP>;
export type QueueLoad = z.infer<typeof QUEUE_LOAD>;
export type Statistics = z.infer<typeof STATISTICS>;
