import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../../core/jobs/job.ts';
import { JobQueue } from '../../../../core/queue/job-queue.ts';
import type { Member, Ticket } from '../../../../core/queue/queue-items.ts';
import { QueueStore } from '../../../../core/queue/queue-store.ts';
import type { QueuePolicy } from '../../../../core/queue/queues.ts';
import { namesInLine } from '../../../support/queue-line.ts';
import { startQueueTable } from '../../../support/queue-table.ts';

const QUEUE = 'TranscodeVideo';

const table = await startQueueTable();
afterAll(() => table.stop());
let store: QueueStore;
/** Executions that were told, in order, and those whose token is invalid. */
let told: string[];
let ended: Set<string>;
let invalid: Set<string>;
let clock: number;
beforeEach(async () => {
  await table.clear();
  told = [];
  ended = new Set();
  invalid = new Set();
  clock = Date.parse('2026-01-01T00:00:00Z');
  store = new QueueStore(table.table, table.name);
});

const tell = async (token: string) => {
  const name = token.replace('token of ', '');
  if (invalid.has(token) || ended.has(name) || told.includes(name)) return false;
  told.push(name);
  return true;
};

function queueWith(changed: Partial<QueueStore> = {}): JobQueue {
  return new JobQueue({
    store: Object.assign(Object.create(store), changed),
    jobs: {
      get: async (jobId) =>
        ({
          status: ended.has(jobId.replace('job of ', '')) ? 'CANCELLED' : 'PROCESSING',
          executionArn: `arn:${jobId.replace('job of ', '')}`,
          ...{ jobId, tenantId: 'acme', userId: 'ann', bucket: 'b', key: 'k', etag: 'e', size: 1 },
          ...{ kind: 'VIDEO', contentType: 'video/mp4', stem: 's' },
          order: { convert: false, timeoutSeconds: 600 },
        }) as Job,
    },
    tokens: { succeed: tell, fail: tell },
    now: () => new Date(clock++),
  });
}

const policy = (limit: number, more: Partial<QueuePolicy> = {}): QueuePolicy => ({
  ...{ limit, percent: 100, percents: {}, weights: {} },
  ...more,
});
const member = (name: string, tenantId = 'acme'): Member => ({ name, jobId: `job of ${name}`, tenantId });
const ticket = (name: string, tenantId = 'acme', parked = false): Ticket => ({
  ...member(name, tenantId),
  since: new Date(clock++).toISOString(),
  token: `token of ${name}`,
  parked,
});
const holders = async () => (await store.read(QUEUE)).slots.map(({ name }) => name).sort();
const line = () => namesInLine(store, QUEUE);

test('fifty at once that want one of seven slots: seven get one, the others wait, and all get one', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `execution-${i}`);
  const queue = queueWith();
  await Promise.all(
    names.map(async (name, i) => {
      if (!(await queue.take(QUEUE, member(name, `tenant-${i % 3}`), policy(7))))
        await queue.enter(QUEUE, ticket(name, `tenant-${i % 3}`), policy(7));
    }),
  );
  const began = new Set(await holders());
  expect(began.size).toBe(7);
  for (let i = 0; i < 50; i++) {
    const [name = ''] = await holders();
    await queue.release(QUEUE, name);
    for (const holder of await holders()) began.add(holder);
  }
  expect(began.size).toBe(50);
  expect(told).toHaveLength(new Set(told).size);
  expect({ holders: await holders(), line: await line(), shares: await store.shares(QUEUE) }).toEqual({
    ...{ holders: [], line: [], shares: [] },
  });
});

test('releases at the same moment give each slot to one, and leave none free while others wait', async () => {
  const queue = queueWith();
  const first = Array.from({ length: 20 }, (_, i) => `first-${i}`);
  for (const name of first) expect(await queue.take(QUEUE, member(name), policy(20))).toBe(true);
  const then = Array.from({ length: 30 }, (_, i) => `then-${String(i).padStart(2, '0')}`);
  for (const name of then) await queue.enter(QUEUE, ticket(name));
  await Promise.all(first.map((name) => queue.release(QUEUE, name)));
  expect(await holders()).toEqual(then.slice(0, 20));
  expect(told.toSorted()).toEqual(then.slice(0, 20));
  expect(await line()).toEqual(then.slice(20));
});

test('those that enter while the last slots are given back find them', async () => {
  for (let round = 0; round < 10; round++) {
    await table.clear();
    const queue = queueWith();
    const names = Array.from({ length: 6 }, (_, i) => `old-${i}`);
    for (const name of names) await queue.take(QUEUE, member(name), policy(6));
    const fresh = Array.from({ length: 6 }, (_, i) => `new-${round}-${i}`);
    await Promise.all([
      ...names.map((name) => queue.release(QUEUE, name)),
      ...fresh.map((name) => queue.enter(QUEUE, ticket(name))),
    ]);
    expect({ round, holders: await holders() }).toEqual({ round, holders: fresh });
    expect(await line()).toEqual([]);
  }
});

test('an execution that asks again holds one slot, and one that gives back twice gives back one', async () => {
  const queue = queueWith();
  const got = [];
  for (const name of ['a', 'a', 'b', 'b', 'c']) got.push(await queue.take(QUEUE, member(name), policy(2)));
  expect(got).toEqual([true, true, true, true, false]);
  expect([await queue.release(QUEUE, 'a'), await queue.release(QUEUE, 'a')]).toEqual([1, 0]);
});

test('nobody overtakes those that wait', async () => {
  const queue = queueWith();
  await queue.take(QUEUE, member('a'), policy(1));
  await queue.enter(QUEUE, ticket('b'));
  await queue.enter(QUEUE, ticket('c'));
  expect(await queue.take(QUEUE, member('d'))).toBe(false);
  expect(await queue.take(QUEUE, member('e', 'globex'))).toBe(false);
  await queue.release(QUEUE, 'a');
  await queue.release(QUEUE, 'b');
  expect(told).toEqual(['b', 'c']);
});

test('of many slots that are given away at once, few are given to the same job, and none is passed over for long', async () => {
  const queue = queueWith();
  const first = Array.from({ length: 100 }, (_, i) => `first-${i}`);
  for (const [number, name] of first.entries())
    await store.give(QUEUE, number, member(name), { from: undefined, at: new Date(clock).toISOString() });
  await queue.setPolicy(QUEUE, policy(100));
  const then = Array.from({ length: 40 }, (_, i) => `then-${String(i).padStart(2, '0')}`);
  for (const name of then) await queue.enter(QUEUE, ticket(name));
  const before = table.calls.PutItemCommand ?? 0;
  for (let i = 0; i < 32; i += 4) {
    await Promise.all(first.slice(i, i + 4).map((name) => queue.release(QUEUE, name)));
    expect(told).toEqual(expect.arrayContaining(then.slice(0, Math.max(0, told.length - 3))));
  }
  expect(told).toHaveLength(32);
  expect((table.calls.PutItemCommand ?? 0) - before).toBeLessThanOrEqual(40);
});

test('of a tenant that waits, an admission reads the shares alone, and one that has a slot is told in line', async () => {
  const queue = queueWith();
  await queue.take(QUEUE, member('a'), policy(1));
  await queue.enter(QUEUE, ticket('b'));
  const before = table.calls.QueryCommand ?? 0;
  expect(await queue.take(QUEUE, member('c'))).toBe(false);
  expect((table.calls.QueryCommand ?? 0) - before).toBe(1);
  expect(await queue.take(QUEUE, member('a'))).toBe(false);
  await queue.enter(QUEUE, ticket('a'));
  expect(told).toEqual(['a']);
  expect(await line()).toEqual(['b']);
});

test('a state that is tried again keeps its place in line, and is told by its new token', async () => {
  const queue = queueWith();
  await queue.take(QUEUE, member('a'), policy(1));
  const tickets = [ticket('b'), ticket('c')];
  for (const entered of tickets) await queue.enter(QUEUE, entered);
  await queue.enter(QUEUE, { ...ticket('b'), token: 'token of b again' });
  invalid.add('token of b');
  // A try that was given up writes after the one that replaced it.
  await queue.enter(QUEUE, { ...ticket('b'), token: 'token of b' });
  expect(await line()).toEqual(['b', 'c']);
  await queue.release(QUEUE, 'a');
  expect(told).toEqual(['b again']);
});

test('a job that ended while it waited is passed over', async () => {
  const queue = queueWith();
  await queue.take(QUEUE, member('a'), policy(1));
  for (const name of ['b', 'c', 'd']) await queue.enter(QUEUE, ticket(name));
  ended.add('b');
  ended.add('c');
  await queue.leave(QUEUE, 'c');
  await queue.release(QUEUE, 'a');
  expect(await holders()).toEqual(['d']);
  ended.add('d');
  await queue.leave(QUEUE, 'd');
  expect(await holders()).toEqual([]);
});

describe('a hand-over that is cut short', () => {
  const died = new Error('killed');
  async function cutShort(changed: Partial<QueueStore>) {
    await queueWith().take(QUEUE, member('a'), policy(1));
    for (const name of ['b', 'c']) await queueWith().enter(QUEUE, ticket(name));
    await expect(queueWith(changed).release(QUEUE, 'a')).rejects.toThrow('killed');
    expect(await holders()).toEqual(['b']);
    expect(told).toEqual([]);
  }
  const never = async () => {
    throw died;
  };

  test('before the job left the line is finished by whoever looks next', async () => {
    await cutShort({ takeFromLine: never });
    clock += 60_000;
    await queueWith().setPolicy(QUEUE, policy(2));
    await queueWith().dispatch(QUEUE);
    expect(told.toSorted()).toEqual(['b', 'c']);
    expect(await holders()).toEqual(['b', 'c']);
    expect(await line()).toEqual([]);
  });

  test('before the job was told is told again', async () => {
    await cutShort({ tickets: never });
    expect(await line()).toEqual(['c']);
    expect(await queueWith().tellAgain(QUEUE, member('b'))).toBe(true);
    expect(told).toEqual(['b']);
    expect(await queueWith().tellAgain(QUEUE, member('b'))).toBe(false);
  });
});

describe('a tenant', () => {
  test('gets no more than its share, however many it asks for at once, and leaves the others the rest', async () => {
    const queue = queueWith();
    const rules = policy(8, { percent: 50, percents: { vip: 100 } });
    const busy = Array.from({ length: 30 }, (_, i) => `busy-${i}`);
    await Promise.all(
      busy.map(async (name) => {
        if (!(await queue.take(QUEUE, member(name, 'busy'), rules)))
          await queue.enter(QUEUE, ticket(name, 'busy'), rules);
      }),
    );
    expect(await holders()).toHaveLength(4);
    expect(await queue.take(QUEUE, member('quiet', 'quiet'))).toBe(true);
    for (let i = 0; i < 5; i++) expect(await queue.take(QUEUE, member(`vip-${i}`, 'vip'))).toBe(i < 3);
  });

  test('with one job waits for one task at most, beside one with hundreds', async () => {
    const queue = queueWith();
    for (let i = 0; i < 4; i++) await queue.take(QUEUE, member(`large-${i}`, 'large'), policy(4));
    for (let i = 4; i < 100; i++) await queue.enter(QUEUE, ticket(`large-${i}`, 'large'));
    await queue.enter(QUEUE, ticket('small', 'small'));
    await queue.release(QUEUE, 'large-0');
    expect(told).toEqual(['small']);
  });
});

test('a limit that is raised fills the new slots, and one that is lowered gives the others to nobody', async () => {
  const queue = queueWith();
  for (const name of ['a', 'b']) await queue.take(QUEUE, member(name), policy(2));
  for (const name of ['c', 'd', 'e']) await queue.enter(QUEUE, ticket(name));
  await queue.setPolicy(QUEUE, policy(4));
  expect(await queue.dispatch(QUEUE)).toBe(2);
  await queue.setPolicy(QUEUE, policy(1));
  for (const name of await holders()) await queue.release(QUEUE, name);
  expect(await holders()).toEqual(['e']);
});

test('a lost job is put back in line at its place', async () => {
  const queue = queueWith();
  await queue.take(QUEUE, member('a'), policy(1));
  const lost = ticket('b');
  await queue.enter(QUEUE, lost);
  await queue.enter(QUEUE, ticket('c'));
  expect(await queue.restore(QUEUE, 'b')).toBe(false);
  await store.takeFromLine(QUEUE, lost);
  expect(await queue.restore(QUEUE, 'b')).toBe(true);
  expect(await line()).toEqual(['b', 'c']);
  expect(await queue.restore(QUEUE, 'a')).toBe(false);
});

/** One write, whatever its answer, is one request. */
test('a job that waits takes at most four writes, however many wait, and small items', async () => {
  const queue = queueWith();
  for (let i = 0; i < 5; i++) await queue.take(QUEUE, member(`first-${i}`), policy(5));
  const writes = () =>
    Object.entries(table.calls).reduce(
      (sum, [name, n]) => sum + (/^(Put|Update|Delete|Batch)/.test(name) ? n : 0),
      0,
    );
  const before = writes();
  const names = Array.from({ length: 60 }, (_, i) => `job-${i}`);
  for (const [i, name] of names.entries()) await queue.enter(QUEUE, ticket(name, `tenant-${i % 6}`));
  for (let done = 0; done < 65; done++) {
    const [name = ''] = await holders();
    await queue.release(QUEUE, name);
    for (const item of await table.items()) expect(JSON.stringify(item).length).toBeLessThan(2048);
  }
  const perJob = (writes() - before) / names.length;
  console.info(`writes per job: ${perJob.toFixed(2)}`);
  expect(perJob).toBeLessThanOrEqual(4.3);
  expect(told).toHaveLength(60);
});
