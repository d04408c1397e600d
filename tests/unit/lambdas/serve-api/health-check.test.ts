import { describe, expect, test } from '@jest/globals';
import type { QueueLoad } from '../../../../core/queue/queue-view.ts';
import { healthCheck, type Load } from '../../../../lambdas/serve-api/jobs/health-check.ts';

const ended = (COMPLETED: number, FAILED: number, REJECTED = 0) => ({
  byStatus: { PROCESSING: 0, COMPLETED, FAILED, REJECTED, CANCELLED: 0 },
});
const queue = (changed: Partial<QueueLoad>): QueueLoad => ({
  queue: 'TranscodeVideo',
  kind: 'VIDEO',
  taken: 20,
  limit: 20,
  tenantShare: 15,
  waiting: 3,
  oldestWaitSeconds: 60,
  fullSeconds: 60,
  ...changed,
});
const load = (changed: Partial<Load> = {}): Load => ({
  queues: [queue({})],
  maxWaitSeconds: 3600,
  isWhole: true,
  ...changed,
});

describe('the health check', () => {
  test.each([
    ['nothing happened', ended(0, 0), load({ queues: [] }), 'healthy', undefined],
    ['all is well', ended(100, 1), load(), 'healthy', undefined],
    ['users upload rubbish', ended(10, 0, 90), load(), 'healthy', undefined],
    ['one of two failed, which says little', ended(1, 1), load(), 'healthy', undefined],
    [
      'a full queue moves',
      ended(9, 0),
      load({ queues: [queue({ oldestWaitSeconds: 3600 })] }),
      'healthy',
      undefined,
    ],
    ['one in ten fails', ended(90, 10), load(), 'degraded', '10% of the jobs that ended have failed'],
    ['one in three fails', ended(60, 30), load(), 'unhealthy', '33% of the jobs that ended have failed'],
    [
      'dead letters wait',
      ended(100, 0),
      load({ deadLetters: 2 }),
      'degraded',
      '2 dead letters are waiting for an operator',
    ],
    [
      'one event was not delivered',
      ended(100, 0),
      load({ undelivered: 1 }),
      'degraded',
      '1 event could not be delivered',
    ],
    [
      'a full queue keeps a job waiting for too long',
      ended(100, 0),
      load({ queues: [queue({ oldestWaitSeconds: 3661 })] }),
      'degraded',
      "a job has waited 61 minutes for TranscodeVideo, where all slots (20) are taken: raise MAX_CONCURRENT_VIDEO_TASKS if the account's quotas allow",
    ],
    [
      'a queue is full for long, though none waits for long',
      ended(100, 0),
      load({ queues: [queue({ fullSeconds: 3661 })] }),
      'degraded',
      "TranscodeVideo has been full for 61 minutes, where all slots (20) are taken: raise MAX_CONCURRENT_VIDEO_TASKS if the account's quotas allow",
    ],
    [
      'a tenant asks of a full queue, in which its jobs move',
      ended(100, 0),
      load({ isWhole: false, queues: [queue({ fullSeconds: 3661 })] }),
      'healthy',
      undefined,
    ],
    [
      'a tenant waits beside free slots',
      ended(100, 0),
      load({ queues: [queue({ taken: 15, oldestWaitSeconds: 7200 })] }),
      'degraded',
      'a job has waited 120 minutes for TranscodeVideo, although 5 of 20 slots are free: its tenant has all that it may have (MAX_TENANT_TASK_PERCENT, TENANT_PERCENTS), or reconcile-queues is not running',
    ],
    [
      'a tenant asks, which cannot raise a limit',
      ended(100, 0),
      load({ isWhole: false, queues: [queue({ oldestWaitSeconds: 3661 })] }),
      'degraded',
      'a job has waited 61 minutes for TranscodeVideo',
    ],
  ])('%s', (_what, group, given, status, reason) => {
    expect(healthCheck(group, given)).toEqual({ status, reasons: reason ? [reason] : [] });
  });

  test('names each queue that is late', () => {
    const late = ['TranscodeAudio', 'ConvertOfficeDocument'] as const;
    const queues = late.map((name) => queue({ queue: name, oldestWaitSeconds: 4000 }));
    const { reasons } = healthCheck(ended(0, 0), load({ queues: [queue({}), ...queues] }));
    expect(reasons.map((reason) => /MAX_CONCURRENT_\w+/.exec(reason)?.[0])).toEqual([
      'MAX_CONCURRENT_AUDIO_TASKS',
      'MAX_CONCURRENT_OFFICE_TASKS',
    ]);
  });
});
