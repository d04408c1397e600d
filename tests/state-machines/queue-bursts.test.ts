import { beforeAll, describe, expect, test } from '@jest/globals';
import { log } from '../../base/log.ts';
import { simulateBurst } from '../../scripts/simulate/burst.ts';
import { type Burst, spread } from '../../scripts/simulate/product/uploads.ts';

/**
 * What the queue promises, in small: the real queue code and state machine on a model of AWS, in
 * virtual time. `npm run simulate -- burst` shows the same at full size.
 */
beforeAll(() => log.setLogLevel('SILENT'));

const tenants = (count: number) => Array.from({ length: count }, (_, i) => `tenant-${i}`);
const burst = (more: Partial<Burst>): Burst => ({
  ...{ kind: 'video', arrivals: spread(200), slots: 20, seconds: 60, seed: 1 },
  ...more,
});

/** Nothing is lost, and nothing is left in the queue. */
const CLEAN = { lost: 0, deadLettered: 0, outOfOrder: 0, slotsLeft: 0, lineLeft: 0, overCap: 0 };

test.each<[string, Partial<Burst>]>([
  ['videos at once', {}],
  ['long videos at once', { seconds: 120, seed: 2 }],
  ['images', { kind: 'image', arrivals: spread(400, { over: 3 }), slots: 50, seconds: 2 }],
  ['documents', { kind: 'document', arrivals: spread(200, { over: 12 }), seconds: 20 }],
  ['Office documents', { kind: 'office', arrivals: spread(60), slots: 10 }],
])(
  'a burst of %s is worked off in order, without an idle slot, and loses nothing',
  async (_, more) => {
    const report = await simulateBurst(burst(more));
    console.info(JSON.stringify(report));
    expect(report).toMatchObject(CLEAN);
    expect(report.maxConcurrent).toBeLessThanOrEqual(report.slots);
    expect(report.finishedSeconds).toBeLessThan(1.1 * report.idealSeconds + 60);
  },
  60_000,
);

test('what a job costs does not depend on how long it waits', async () => {
  const [short, long] = await Promise.all(
    [300, 1200].map((jobs) => simulateBurst(burst({ arrivals: spread(jobs, { over: jobs / 50 }) }))),
  );
  expect(long?.waitSeconds.p50).toBeGreaterThan(3.5 * (short?.waitSeconds.p50 ?? 0));
  for (const cost of ['usdPerJob', 'transitionsPerJob', 'lambdaCallsPerJob', 'writesPerJob'] as const) {
    const ratio = (long?.[cost] ?? 0) / (short?.[cost] ?? 1);
    expect({ cost, isFlat: Math.abs(ratio - 1) < 0.05 }).toEqual({ cost, isFlat: true });
  }
}, 60_000);

test('a day of waiting adds no event to the history', async () => {
  const [minutes, day] = [60, 4000].map((seconds) => burst({ arrivals: spread(25), slots: 1, seconds }));
  const reports = [await simulateBurst(minutes as Burst), await simulateBurst(day as Burst)];
  expect(reports[1]?.waitSeconds.max).toBeGreaterThan(24 * 3600);
  expect(reports.map(({ historyEventsMax }) => historyEventsMax)).toEqual([28, 28]);
}, 60_000);

describe('tenants', () => {
  test.each([
    [100, 20],
    [10, 20],
  ])(
    '%d tenants with different weights share %d slots by their weights',
    async (count, slots) => {
      const names = tenants(count);
      const weights = Object.fromEntries(names.map((name, i) => [name, 1 + (i % 3)]));
      const arrivals = spread(900, { tenants: names, over: 9 });
      const report = await simulateBurst(burst({ kind: 'document', arrivals, slots, seconds: 20, weights }));
      expect(report).toMatchObject(CLEAN);
      expect(report.begunWhileAllWait).toBeGreaterThan(400);
      expect(report.jain).toBeGreaterThanOrEqual(0.95);
    },
    60_000,
  );

  test('with one upload waits for two tasks at most beside one with 500', async () => {
    const small = { at: 600, tenantId: 'small' };
    const report = await simulateBurst(burst({ arrivals: [...spread(500, { over: 5 }), small] }));
    expect(report).toMatchObject({ ...CLEAN, tenantWaits: { tenantId: 'small' } });
    expect(report.tenantWaits.max).toBeLessThanOrEqual(2 * (45 + 60));
  }, 60_000);
});

test('videos whose tasks run out of memory keep their slots for a larger task, for no more transitions', async () => {
  const [usual, short] = await Promise.all(
    [0, 0.2].map((outOfMemory) => simulateBurst(burst({ outOfMemory }))),
  );
  expect(short).toMatchObject({ ...CLEAN, errors: {} });
  expect(short?.maxConcurrent).toBeLessThanOrEqual(20);
  const again = short?.repeatedWork ?? 0;
  expect(again).toBeGreaterThan(20);
  // A larger task is one more state, and after it nobody asks whether the video was split.
  const more = 200 * ((short?.transitionsPerJob ?? 0) - (usual?.transitionsPerJob ?? 0));
  expect(Math.abs(more)).toBeLessThan(0.5);
}, 60_000);

test('processes that die at any call of the queue lose no job, and leave no slot taken', async () => {
  const report = await simulateBurst(burst({ arrivals: spread(150), deaths: 0.01 }));
  console.info(JSON.stringify(report));
  expect(report).toMatchObject({ lost: 0, slotsLeft: 0, lineLeft: 0 });
  expect(report.deaths).toBeGreaterThan(20);
  // A function that dies twice in one state fails its execution.
  expect(Object.keys(report.errors).filter((error) => error !== 'Runtime.ExitError')).toEqual([]);
}, 60_000);

test.each<[string, Partial<Burst>]>([
  ['one after the other', { arrivals: spread(6, { over: 12_000 }), seconds: 6000, chunks: 24 }],
  ['at once', { arrivals: spread(30), seconds: 2000, chunks: 12 }],
  [
    'of two tenants, whose tasks die or lack memory',
    {
      ...{ arrivals: spread(30, { tenants: tenants(2) }), seconds: 2000, chunks: 12, percent: 50 },
      ...{ deaths: 0.01, outOfMemory: 0.01 },
    },
  ],
])(
  'films %s share the slots, and none is lost',
  async (_, more) => {
    const report = await simulateBurst(burst(more));
    console.info(JSON.stringify(report));
    expect(report).toMatchObject({ ...CLEAN, outOfOrder: expect.any(Number) });
    expect(report.slotsMax).toBeLessThanOrEqual(report.slots);
  },
  60_000,
);
