import { describe, expect, test } from '@jest/globals';
import type { Job } from '../../../../core/jobs/job.ts';
import { chooseRetry, refusalOf } from '../../../../core/lifecycle/choose-retry.ts';

const job = (change: Partial<Job> = {}) =>
  ({ status: 'FAILED', attempt: 1, notifiedAttempt: 1, error: { state: 'ProcessImage' }, ...change }) as Job;
const REDRIVABLE = { status: 'FAILED', redriveStatus: 'REDRIVABLE' };
const OLD = {
  status: 'FAILED',
  redriveStatus: 'NOT_REDRIVABLE',
  redriveStatusReason: 'Execution redrivable period exceeded',
};
const tooLarge = job({
  error: { state: 'TranscodeVideoInLargerTask', category: 'resource' } as Job['error'],
});

describe('chooseRetry', () => {
  test.each([
    ['auto, and Step Functions can resume it', job(), REDRIVABLE, 'auto', { mode: 'redrive' }],
    ['auto, and it is too old', job(), OLD, 'auto', { mode: 'restart' }],
    ['auto, and Step Functions has forgotten it', job(), undefined, 'auto', { mode: 'restart' }],
    ['auto, after a lack of memory in a larger task', tooLarge, REDRIVABLE, 'auto', { mode: 'restart' }],
    [
      'auto, after a missing permission in a larger task',
      job({ error: { ...tooLarge.error, category: 'configuration' } as Job['error'] }),
      REDRIVABLE,
      'auto',
      { mode: 'redrive' },
    ],
    ['redrive, after a lack of memory', tooLarge, REDRIVABLE, 'redrive', { mode: 'redrive' }],
    ['auto, after a cancellation', job({ status: 'CANCELLED' }), REDRIVABLE, 'auto', { mode: 'restart' }],
    ['redrive', job(), REDRIVABLE, 'redrive', { mode: 'redrive' }],
    ['redrive, and it is too old', job(), OLD, 'redrive', { refusal: 'not-redrivable' }],
    ['restart', job(), REDRIVABLE, 'restart', { mode: 'restart' }],
    [
      'restart, while somebody redrove it',
      job(),
      { status: 'RUNNING' },
      'restart',
      { refusal: 'still-running' },
    ],
  ] as const)('%s', (_what, row, execution, wanted, expected) => {
    expect(chooseRetry(row, execution, wanted)).toMatchObject(expected);
  });

  test('says where a redrive resumes, and why a restart was taken instead', () => {
    expect(chooseRetry(job(), REDRIVABLE, 'auto').reason).toContain('ProcessImage');
    expect(chooseRetry(job(), OLD, 'auto').reason).toContain('Execution redrivable period exceeded');
  });
});

describe('refusalOf', () => {
  test.each([
    ['a job that runs', { status: 'PROCESSING' }, 'still-running'],
    ['a complete one', { status: 'COMPLETED' }, 'completed'],
    [
      'a cancelled one whose outputs may still be being removed',
      { status: 'CANCELLED', attempt: 2 },
      'cancellation-unfinished',
    ],
    ['one that has been tried as often as allowed', { attempt: 4, notifiedAttempt: 4 }, 'attempts-exhausted'],
  ] as const)('refuses %s', (_what, change, refusal) => {
    expect(refusalOf(job(change), 3)?.refusal).toBe(refusal);
  });

  test.each([
    ['a failed job', {}],
    ['a rejected one: the limit may have been raised', { status: 'REJECTED' }],
    ['a cancelled one, once that is settled', { status: 'CANCELLED' }],
    ['the last attempt', { attempt: 3, notifiedAttempt: 3 }],
  ] as const)('allows %s', (_what, change) => {
    expect(refusalOf(job(change), 3)).toBeUndefined();
  });
});
