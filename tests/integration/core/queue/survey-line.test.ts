import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { QueueStore } from '../../../../core/queue/queue-store.ts';
import { surveyLine } from '../../../../core/queue/survey-line.ts';
import { startQueueTable } from '../../../support/queue-table.ts';

const QUEUE = 'TranscodeVideo';
const START = Date.parse('2026-01-01T00:00:00Z');
const MINUTE = 60_000;

const table = await startQueueTable();
afterAll(() => table.stop());
let store: QueueStore;
beforeEach(async () => {
  await table.clear();
  store = new QueueStore(table.table, table.name);
  await store.setPolicy(QUEUE, { limit: 1, percent: 100, percents: {}, weights: {} });
});

const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

/** Puts jobs of a tenant in line, a second after each other. */
async function wait(tenantId: string, count: number, since: number): Promise<void> {
  const ofBatch = (i: number) => {
    const name = `${tenantId}-${i}`;
    return {
      ...{ name, jobId: `job of ${name}`, tenantId, since: at(since + i) },
      ...{ token: `token of ${name}`, parked: false },
    };
  };
  const tickets = Array.from({ length: count }, (_, i) => ofBatch(i));
  for (let i = 0; i < tickets.length; i += 50)
    await Promise.all(
      tickets.slice(i, i + 50).map((ticket) => store.putInLine(QUEUE, ticket, new Date(START))),
    );
}

/** Surveys the line, and returns how many queries that took, too. */
async function survey(minute = 0) {
  const before = table.calls.QueryCommand ?? 0;
  const result = await surveyLine(store, QUEUE, new Date(START + minute * MINUTE));
  return { ...result, queries: (table.calls.QueryCommand ?? 0) - before };
}
const sharesOf = async () => (await store.shares(QUEUE)).map(({ tenantId }) => tenantId).sort();

test('an empty line has no first job', async () => {
  expect(await survey()).toEqual({ waiting: 0, oldest: undefined, queries: 1 });
});

test('finds the first of every tenant, however many wait before it, and gives each a share', async () => {
  await wait('a', 130, 100);
  await wait('a-b', 45, 50);
  await wait('ab', 1, 20);
  await wait('b', 20, 300);
  for (let i = 0; i < 50; i++) await wait(`small-${i}`, 1, 500);
  await wait('z', 70, 90);
  expect(await survey()).toMatchObject({ waiting: 316, oldest: at(20) });
  expect(await sharesOf()).toHaveLength(55);
});

test('a long line is read whole once in five minutes for each thousand jobs in it', async () => {
  await wait('acme', 1_040, 0);
  await wait('bolt', 1, -60);
  await survey();
  const whole = await survey();
  const size = async (minute: number) => (await survey(minute)).waiting;
  expect(whole).toMatchObject({ waiting: 1_041, oldest: at(-60) });
  // 150 kB, and the first page of each of two tenants.
  expect(whole.queries).toBeLessThanOrEqual(8);
  await wait('corp', 1, 0);
  expect(await size(9)).toBe(1_041);
  expect(await size(10)).toBe(1_042);
  expect(await survey(11)).toMatchObject({ oldest: at(-60) });
  expect(await sharesOf()).toEqual(['acme', 'bolt', 'corp']);
});

test('a short line is counted each time, whatever was counted before', async () => {
  await store.setCounted(QUEUE, { waiting: 90_000, at: at(0) });
  await wait('acme', 12, 0);
  expect(await survey(1)).toMatchObject({ waiting: 12 });
});
