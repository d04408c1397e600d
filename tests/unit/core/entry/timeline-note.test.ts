import { expect, test } from '@jest/globals';
import type { WorkOrder } from '../../../../contract/work-order.ts';
import { withTimelineNote } from '../../../../core/entry/timeline-note.ts';
import type { JobStore } from '../../../../core/jobs/job-store.ts';

const order = { jobId: 'job_a', executionArn: 'arn:one' } as WorkOrder;
const run = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
  settled: async () => undefined,
};
const now = () => new Date('2026-11-28T10:00:00Z');

function setup(note: string | undefined, write: () => Promise<void> = async () => undefined) {
  const done: unknown[] = [];
  const jobs = {
    note: async (...call: unknown[]) => {
      done.push(call);
      await write();
    },
  } as unknown as JobStore;
  const work = withTimelineNote({ jobs, note, now }, async () => {
    done.push('work');
    return { kind: 'VIDEO' };
  });
  return { done, work };
}

const WRITTEN = ['job_a', { executionArn: 'arn:one' }, { note: 'n', at: '2026-11-28T10:00:00.000Z' }];

test('a note is written before the work', async () => {
  const { done, work } = setup('n');
  expect(await work(order, run)).toEqual({ kind: 'VIDEO' });
  expect(done).toEqual([WRITTEN, 'work']);
});

test('a note that cannot be written does not fail the work', async () => {
  const { done, work } = setup('n', () => Promise.reject(new Error('throttled')));
  expect(await work(order, run)).toEqual({ kind: 'VIDEO' });
  expect(done).toEqual([WRITTEN, 'work']);
});

test.each([undefined, ''])('without a note (%p), nothing is written', async (note) => {
  const { done, work } = setup(note);
  await work(order, run);
  expect(done).toEqual(['work']);
});
