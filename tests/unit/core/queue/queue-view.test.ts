import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JobQueue } from '../../../../core/queue/job-queue.ts';
import type { QueueState, Slot, Waiting } from '../../../../core/queue/queue-items.ts';
import { QueueView } from '../../../../core/queue/queue-view.ts';
import type { QueueName, QueuePolicy } from '../../../../core/queue/queues.ts';

const QUEUE = 'TranscodeVideo';
const START = Date.parse('2026-01-01T12:00:00Z');
const MEAN = 600;

let clock: number;
let state: QueueState;
let line: Waiting[];
let reads: QueueName[];
/** Calls of the next reads that fail. */
let failures: number;
let view: QueueView;
beforeEach(() => {
  clock = START;
  reads = [];
  failures = 0;
  line = [];
  state = {
    slots: [],
    policy: policy(1),
    meanSeconds: MEAN,
    measuredAt: at(0),
    counted: undefined,
    fullSince: undefined,
  };
  const queue = {
    read: async (name: QueueName) => {
      reads.push(name);
      if (failures-- > 0) throw new Error('no answer');
      return name === QUEUE ? state : { ...state, slots: [], policy: undefined };
    },
    async *line() {
      yield* line;
    },
  };
  view = new QueueView(queue as unknown as JobQueue, () => new Date(clock));
});

const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();
const policy = (limit: number, changed: Partial<QueuePolicy> = {}): QueuePolicy => ({
  ...{ limit, percent: 100, percents: {}, weights: {} },
  ...changed,
});
const slot = (number: number, since: number, tenantId = 'acme'): Slot => {
  const name = `holder-${number}`;
  return { name, jobId: `job of ${name}`, tenantId, number, grantedAt: at(since) };
};
/** Jobs of a tenant that came a second after each other. */
const waiting = (tenantId: string, count: number, since = -60): Waiting[] =>
  Array.from({ length: count }, (_, i) => {
    const name = `${tenantId}-${i + 1}`;
    return { name, jobId: `job of ${name}`, tenantId, since: at(since + i) };
  });
const place = (tenantId: string, number: number) =>
  view.place(QUEUE, { name: `${tenantId}-${number}`, tenantId });
const startOf = async (tenantId: string, number: number) => {
  const { estimatedStart = '' } = (await place(tenantId, number)) ?? {};
  return (Date.parse(estimatedStart) - START) / 1000;
};

describe('a place in line', () => {
  test('counts the jobs of its tenant, and estimates those of others before it', async () => {
    line = [...waiting('acme', 3), ...waiting('globex', 1)];
    expect(await place('acme', 1)).toMatchObject({ position: 1, ahead: 1 });
    expect(await place('acme', 3)).toMatchObject({ position: 3, ahead: 3 });
    expect(await place('globex', 1)).toMatchObject({ position: 1, ahead: 1 });
  });

  test('follows the weights of several tenants', async () => {
    state.policy = policy(1, { weights: { acme: 3, globex: 0.5 } });
    line = [...waiting('acme', 9), ...waiting('globex', 9), ...waiting('initech', 9)];
    // While acme starts three jobs, initech starts one, and globex half a job.
    expect(await place('acme', 3)).toMatchObject({ position: 3, ahead: 3 });
    expect(await place('acme', 6)).toMatchObject({ position: 6, ahead: 8 });
    expect(await place('initech', 2)).toMatchObject({ position: 2, ahead: 8 });
    expect(await place('globex', 1)).toMatchObject({ position: 1, ahead: 8 });
  });

  test('is none of a job that is not in line, of another tenant, or without a queue', async () => {
    line = waiting('acme', 1);
    expect(await place('acme', 2)).toBeUndefined();
    expect(await view.place(QUEUE, { name: 'acme-1', tenantId: 'globex' })).toBeUndefined();
    expect(await view.place('TranscodeAudio', { name: 'acme-1', tenantId: 'acme' })).toBeUndefined();
  });
});

describe('an estimated start', () => {
  test('is absent before anything was measured', async () => {
    line = waiting('acme', 1);
    state.meanSeconds = undefined;
    expect(Object.keys((await place('acme', 1)) ?? {})).toEqual(['position', 'ahead']);
  });

  test('counts from when the present jobs got their slots', async () => {
    state = { ...state, policy: policy(2), slots: [slot(0, -500), slot(1, -100)] };
    line = waiting('acme', 5);
    expect(await startOf('acme', 1)).toBe(100);
    expect(await startOf('acme', 2)).toBe(500);
    expect(await startOf('acme', 3)).toBe(100 + MEAN);
    expect(await startOf('acme', 5)).toBe(100 + 2 * MEAN);
  });

  test('stays the same while time passes, so that the wait becomes shorter', async () => {
    state.slots = [slot(0, -300)];
    line = waiting('acme', 1);
    const first = await place('acme', 1);
    clock += 200_000;
    expect(await place('acme', 1)).toEqual(first);
  });

  test('is now where a slot is overdue, in steps', async () => {
    state.slots = [slot(0, -5000)];
    line = waiting('acme', 2);
    clock += 1_000;
    expect(await startOf('acme', 1)).toBe(10);
    expect(await startOf('acme', 2)).toBe(10 + MEAN);
  });

  test('waits for the tenant’s own slots where it has all that it may', async () => {
    const slots = [slot(0, -600), slot(1, -100, 'globex'), slot(2, -50, 'globex')];
    state = { ...state, slots, policy: policy(4, { percents: { globex: 50 } }) };
    line = [...waiting('globex', 2), ...waiting('acme', 1)];
    expect(await startOf('acme', 1)).toBe(0);
    expect(await startOf('globex', 1)).toBe(500);
    expect(await startOf('globex', 2)).toBe(550);
  });

  test('takes no slots for free that a lowered limit has left', async () => {
    state = { ...state, slots: [slot(0, -100), slot(1, -500), slot(7, -590)], policy: policy(1) };
    line = waiting('globex', 1);
    expect(await startOf('globex', 1)).toBe(500);
  });
});

describe('the load', () => {
  beforeEach(() => {
    const slots = [slot(0, -10), slot(1, -10), slot(2, -10, 'globex')];
    state = { ...state, slots, policy: policy(4, { percent: 75, percents: { globex: 25 } }) };
    line = [...waiting('acme', 2, -100), ...waiting('globex', 3, -300)];
  });
  const queue = { queue: QUEUE, kind: 'VIDEO' };

  test('is that of the queues in use', async () => {
    expect(await view.loads()).toEqual([
      { ...queue, taken: 3, limit: 4, tenantShare: 3, waiting: 5, oldestWaitSeconds: 300, fullSeconds: 0 },
    ]);
  });

  test.each([
    ['acme', { taken: 2, limit: 3, tenantShare: 3, waiting: 2, oldestWaitSeconds: 100, fullSeconds: 0 }],
    ['globex', { taken: 1, limit: 1, tenantShare: 1, waiting: 3, oldestWaitSeconds: 300, fullSeconds: 0 }],
    ['initech', { taken: 0, limit: 3, tenantShare: 3, waiting: 0, oldestWaitSeconds: 0, fullSeconds: 0 }],
  ])('of %s is of its own jobs', async (tenantId, own) => {
    expect(await view.loads(tenantId)).toEqual([{ ...queue, ...own }]);
  });
});

describe('a line', () => {
  test('is read once in five seconds, whoever asks', async () => {
    line = waiting('acme', 2);
    await Promise.all([place('acme', 1), place('acme', 2), view.hasSlot(QUEUE, 'acme-1')]);
    clock += 4_999;
    line = waiting('acme', 1);
    expect(await place('acme', 2)).toMatchObject({ position: 2 });
    expect(reads).toEqual([QUEUE]);
    clock += 1;
    expect(await Promise.all([place('acme', 2), place('acme', 1)])).toEqual([
      undefined,
      expect.objectContaining({ position: 1 }),
    ]);
    expect(reads).toEqual([QUEUE, QUEUE]);
  });

  test('of many jobs is read less often', async () => {
    line = waiting('acme', 3_000);
    await place('acme', 1);
    clock += 14_999;
    await place('acme', 1);
    expect(reads).toEqual([QUEUE]);
    clock += 1;
    await place('acme', 1);
    expect(reads).toEqual([QUEUE, QUEUE]);
  });

  test('that could not be read is read again', async () => {
    line = waiting('acme', 1);
    failures = 1;
    await expect(place('acme', 1)).rejects.toThrow('no answer');
    expect(await place('acme', 1)).toMatchObject({ position: 1 });
  });

  test('knows who has a slot', async () => {
    state.slots = [slot(0, 0)];
    expect(await view.hasSlot(QUEUE, 'holder-0')).toBe(true);
    expect(await view.hasSlot(QUEUE, 'acme-1')).toBe(false);
  });
});
