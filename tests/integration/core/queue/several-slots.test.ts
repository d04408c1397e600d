import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../../base/config.ts';
import type { Executions } from '../../../../core/aws/executions.ts';
import type { TaskTokens } from '../../../../core/aws/task-tokens.ts';
import type { Job } from '../../../../core/jobs/job.ts';
import type { JobStore } from '../../../../core/jobs/job-store.ts';
import { JobQueue } from '../../../../core/queue/job-queue.ts';
import type { Ticket } from '../../../../core/queue/queue-items.ts';
import { QueueStore } from '../../../../core/queue/queue-store.ts';
import type { QueuePolicy } from '../../../../core/queue/queues.ts';
import { reconcileQueues, SETTINGS } from '../../../../lambdas/reconcile-queues/reconcile-queues.ts';
import { namesInLine } from '../../../support/queue-line.ts';
import { startQueueTable } from '../../../support/queue-table.ts';

const QUEUE = 'TranscodeVideo';

const table = await startQueueTable();
afterAll(() => table.stop());
let store: QueueStore;
/** Tokens that were told, in order. */
let told: string[];
let clock: number;
beforeEach(async () => {
  await table.clear();
  told = [];
  clock = Date.parse('2026-01-01T00:00:00Z');
  store = new QueueStore(table.table, table.name);
});

const tell = async (token: string) => {
  if (told.includes(token)) return false;
  told.push(token);
  return true;
};

const jobs = {
  get: async (jobId: string) =>
    ({
      ...{ status: 'PROCESSING', executionArn: `arn:${jobId.replace('job of ', '')}` },
      ...{ jobId, tenantId: 'acme', userId: 'ann', bucket: 'b', key: 'k', etag: 'e', size: 1 },
      ...{ kind: 'VIDEO', contentType: 'video/mp4', stem: 's' },
      order: { convert: false, timeoutSeconds: 600 },
    }) as Job,
} as JobStore;

const queueWith = (changed: Partial<QueueStore> = {}): JobQueue =>
  new JobQueue({
    store: Object.assign(Object.create(store), changed),
    jobs,
    tokens: { succeed: tell, fail: tell },
    now: () => new Date(clock++),
  });

const policy = (limit: number, more: Partial<QueuePolicy> = {}): QueuePolicy => ({
  ...{ limit, percent: 100, percents: {}, weights: {} },
  ...more,
});
const member = (name: string, tenantId = 'acme') => ({ name, jobId: `job of ${name}`, tenantId });
const ticket = (name: string, token = `token of ${name}`, parked = false): Ticket => ({
  ...member(name),
  ...{ since: new Date(clock++).toISOString(), token, parked },
});
const holders = async () => (await store.read(QUEUE)).slots.map(({ name }) => name).sort();
const times = (count: number, name: string) => Array<string>(count).fill(name);

describe('a job that is split', () => {
  test('takes as many free slots as it wants, once, however often it asks', async () => {
    const queue = queueWith();
    await queue.take(QUEUE, member('film'), policy(10));
    expect(await queue.takeMore(QUEUE, member('film'), 4)).toBe(5);
    expect(await queue.takeMore(QUEUE, member('film'), 4)).toBe(5);
    expect(await holders()).toEqual(times(5, 'film'));
  });

  test('takes no more than there are, and than its tenant may have', async () => {
    const queue = queueWith();
    await queue.take(QUEUE, member('other'), policy(8, { percents: { globex: 50 } }));
    await queue.take(QUEUE, member('film', 'globex'));
    expect(await queue.takeMore(QUEUE, member('film', 'globex'), 7)).toBe(4);
    expect(await queue.takeMore(QUEUE, member('other'), 7)).toBe(4);
    expect(await queue.takeMore(QUEUE, member('late'), 7)).toBe(0);
  });

  test('takes none while somebody waits, and gives back what it took while somebody entered the line', async () => {
    const queue = queueWith();
    await queue.take(QUEUE, member('film'), policy(1));
    await queue.enter(QUEUE, ticket('next'));
    await queue.setPolicy(QUEUE, policy(3));
    expect(await queue.takeMore(QUEUE, member('film'), 2)).toBe(1);
    await queue.dispatch(QUEUE);
    expect(await holders()).toEqual(['film', 'next']);

    const racing = queueWith({
      give: async (...call) => {
        const isGiven = await store.give(...call);
        // Enters the line at this very moment, and finds no slot.
        if (call[2].name === 'film') await queueWith().enter(QUEUE, ticket('racer'));
        return isGiven;
      },
    });
    expect(await racing.takeMore(QUEUE, member('film'), 2)).toBe(1);
    expect(await holders()).toEqual(['film', 'next', 'racer']);
    expect(told).toEqual(['token of next', 'token of racer']);
  });

  test('competes with others for the last slots, and none is given twice or lost', async () => {
    const queue = queueWith();
    for (const name of ['a', 'b', 'c']) await queue.take(QUEUE, member(name), policy(9));
    const held = await Promise.all(['a', 'b', 'c'].map((name) => queue.takeMore(QUEUE, member(name), 8)));
    const all = await holders();
    for (const [i, name] of ['a', 'b', 'c'].entries())
      expect(all.filter((one) => one === name)).toHaveLength(held[i] ?? 0);
    expect(all.length).toBeLessThanOrEqual(9);
    expect(Math.min(...held)).toBeGreaterThanOrEqual(1);
  });

  test('keeps the slot that it got first, and hands over the others', async () => {
    const queue = queueWith();
    await queue.take(QUEUE, member('film'), policy(4));
    const [first] = (await store.read(QUEUE)).slots;
    await queue.takeMore(QUEUE, member('film'), 3);
    await queue.enter(QUEUE, ticket('next'));
    await queue.keepOne(QUEUE, 'film');
    expect(await holders()).toEqual(['film', 'next']);
    expect((await store.read(QUEUE)).slots).toContainEqual(first);
    expect(told).toEqual(['token of next']);
    await queue.keepOne(QUEUE, 'film');
    expect(await queue.release(QUEUE, 'film')).toBe(1);
    expect(await queue.release(QUEUE, 'next')).toBe(1);
  });

  test('gives back all of them when it ends', async () => {
    const queue = queueWith();
    await queue.take(QUEUE, member('film'), policy(6));
    await queue.takeMore(QUEUE, member('film'), 5);
    for (const name of ['a', 'b']) await queue.enter(QUEUE, ticket(name));
    expect(await queue.leave(QUEUE, 'film')).toBe(6);
    expect(await holders()).toEqual(['a', 'b']);
  });

  test('keeps its slots when an admission that was late takes another', async () => {
    const late = queueWith({
      give: async (...call) => {
        // Since it read the slots, the job was admitted by another invocation, and was split.
        await queueWith().take(QUEUE, member('film'));
        await queueWith().takeMore(QUEUE, member('film'), 2);
        return store.give(...call);
      },
    });
    await store.setPolicy(QUEUE, policy(9));
    expect(await late.take(QUEUE, member('film'))).toBe(true);
    expect(await holders()).toEqual(times(3, 'film'));
  });
});

describe('chunk tasks that found no slot after a redrive', () => {
  const parked = (token: string) => ticket('film', token, true);

  test('are all told when their job gets one slot, and none is kept alive any more', async () => {
    const queue = queueWith();
    await queue.take(QUEUE, member('other'), policy(1));
    for (const token of ['one', 'two', 'three']) await queue.enter(QUEUE, parked(token));
    expect((await queue.parked(QUEUE)).map(({ name, token }) => `${name} ${token}`).sort()).toEqual([
      ...['film one', 'film three', 'film two'],
    ]);
    await queue.release(QUEUE, 'other');
    expect(await holders()).toEqual(['film']);
    expect(told.toSorted()).toEqual(['one', 'three', 'two']);
    expect(await queue.parked(QUEUE)).toEqual([]);
    expect(await namesInLine(store, QUEUE)).toEqual([]);
  });

  test('that enter the line at the same time are all told, and leave nothing in line', async () => {
    for (let round = 0; round < 10; round++) {
      await table.clear();
      told = [];
      const queue = queueWith();
      await queue.take(QUEUE, member('other'), policy(1));
      const tokens = ['one', 'two', 'three', 'four'];
      await Promise.all([
        ...tokens.map((token) => queue.enter(QUEUE, parked(token))),
        queue.release(QUEUE, 'other'),
      ]);
      expect({ round, told: told.toSorted() }).toEqual({ round, told: tokens.toSorted() });
      expect(await queue.parked(QUEUE)).toEqual([]);
      expect({ line: await namesInLine(store, QUEUE), holders: await holders() }).toEqual({
        ...{ line: [], holders: ['film'] },
      });
      await queue.release(QUEUE, 'film');
      expect(await holders()).toEqual([]);
    }
  });

  test('leave the line, and are no longer kept alive, when their execution ends', async () => {
    const queue = queueWith();
    await queue.take(QUEUE, member('other'), policy(1));
    for (const token of ['one', 'two']) await queue.enter(QUEUE, parked(token));
    await queue.leave(QUEUE, 'film');
    expect([await queue.parked(QUEUE), await namesInLine(store, QUEUE)]).toEqual([[], []]);
  });

  test.each([
    ['told again by reconcile-queues, if whoever told the others died', 60_000, ['late']],
    ['left alone by it while the others are being told', 1000, []],
  ])('are %s', async (_what, later, expected) => {
    const queue = queueWith();
    await queue.take(QUEUE, member('film'), policy(4));
    await store.putInLine(QUEUE, parked('late'), new Date(clock));
    await reconcileQueues({
      ...{ queue, jobs, now: () => new Date(clock + later) },
      executions: { describe: async () => ({ status: 'RUNNING' }) } as unknown as Executions,
      tokens: { beat: async () => true } as unknown as TaskTokens,
      config: readConfig({ JOB_TABLE: 'j', QUEUE_TABLE: 'q', STATE_MACHINE_ARN: 'arn:m' }, SETTINGS),
    });
    expect(told).toEqual(expected);
    expect(await queue.parked(QUEUE)).toHaveLength(1 - expected.length);
  });

  test('of earlier code, whose items have the name alone, are found and removed', async () => {
    const queue = queueWith();
    const Item = { pk: `${QUEUE}#parked`, sk: 'film', jobId: 'job of film', tenantId: 'acme', token: 'old' };
    await table.table.send(new PutCommand({ TableName: table.name, Item }));
    const [found, ...others] = await queue.parked(QUEUE);
    expect([found, others]).toEqual([{ name: 'film', token: 'old', sk: 'film' }, []]);
    if (found) await queue.removeParked(QUEUE, found);
    expect(await queue.parked(QUEUE)).toEqual([]);
  });
});
