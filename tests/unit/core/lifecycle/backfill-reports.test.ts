import { describe, expect, test } from '@jest/globals';
import type { BackfillUpload } from '../../../../contract/backfill-api.ts';
import type { ObjectStore } from '../../../../core/aws/object-store.ts';
import { BackfillReports } from '../../../../core/lifecycle/backfill-reports.ts';

/** A bucket in memory, as far as reports need it. */
function bucket() {
  const objects = new Map<string, Buffer>();
  const store = {
    put: async ({ key, body }: { key: string; body: Buffer }) => objects.set(key, body),
    readOutput: async (_bucket: string, key: string) => objects.get(key),
    listKeys: async (
      _bucket: string,
      prefix: string,
      { after = '', limit }: { after?: string; limit: number },
    ) =>
      [...objects.keys()]
        .filter((key) => key.startsWith(prefix) && key > after)
        .sort()
        .slice(0, limit),
  };
  return { objects, reports: new BackfillReports(store as unknown as ObjectStore, 'outputs') };
}

const upload = (key: string, outcome: BackfillUpload['outcome'], estimatedUsd?: number): BackfillUpload => ({
  ...{ key, outcome, reason: 'so' },
  ...(estimatedUsd !== undefined && { estimatedUsd }),
});
const idOf = (i: number) => String(i).padStart(24, '0');

/** One report a batch: two processed uploads, and one started one in each hundredth. */
async function written(batches: number) {
  const { objects, reports } = bucket();
  for (let i = 0; i < batches; i++)
    await reports.write('b', idOf(i), [
      upload(`${i}-a`, 'processed'),
      upload(`${i}-b`, 'processed'),
      ...(i % 100 === 0 ? [upload(`${i}-c`, 'start', 0.000254)] : []),
    ]);
  return { objects, reports };
}

async function readAll(reports: BackfillReports, outcome?: BackfillUpload['outcome']) {
  const pages: BackfillUpload[][] = [];
  let after: string | undefined;
  do {
    const { uploads, next } = await reports.read('b', { outcome, after });
    pages.push(uploads);
    after = next;
  } while (after);
  return pages;
}

describe('the reports of a backfill', () => {
  test('sum up more batches than one listing has, by their keys alone', async () => {
    const { objects, reports } = await written(2_345);
    for (const key of objects.keys()) objects.set(key, Buffer.from('not read'));
    expect(await reports.totals('b')).toEqual({
      objects: 2 * 2_345 + 24,
      counts: { start: 24, reject: 0, 'has-job': 0, processed: 4_690, ignored: 0, failed: 0 },
      estimatedUsd: 24 * 0.000254,
    });
    expect((await reports.totals('other')).objects).toBe(0);
  });

  test.each([10, 11, 1_000, 1_015])('of %i batches are read in pages, each upload once', async (batches) => {
    const { reports } = await written(batches);
    const keys = (await readAll(reports)).flat().map(({ key }) => key);
    expect(keys).toHaveLength(2 * batches + Math.ceil(batches / 100));
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('of one outcome are read without those that have none of it', async () => {
    const { objects, reports } = await written(1_500);
    for (const key of objects.keys()) if (!key.includes('start-')) objects.set(key, Buffer.from('not read'));
    const pages = await readAll(reports, 'start');
    expect(pages.flat().map(({ key }) => key)).toEqual(Array.from({ length: 15 }, (_, i) => `${i * 100}-c`));
  });

  test('count a batch once that two tries have reported', async () => {
    const { reports } = await written(1);
    await reports.write('b', idOf(0), [upload('0-a', 'processed'), upload('0-b', 'processed')]);
    expect((await reports.totals('b')).objects).toBe(2);
    expect((await readAll(reports)).flat().map(({ key }) => key)).toEqual(['0-a', '0-b']);
  });

  test('say which batches are done', async () => {
    const { reports } = await written(1);
    expect([await reports.has('b', idOf(0)), await reports.has('b', idOf(1))]).toEqual([true, false]);
    expect(await reports.has('other', idOf(0))).toBe(false);
  });
});
