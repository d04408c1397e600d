import { readFile } from 'node:fs/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../../base/config.ts';
import type { SlotRequest } from '../../../../contract/work-order.ts';
import { SLOT_SETTINGS, slotRequest, TaskSlots } from '../../../../core/jobs/task-slots.ts';
import { startJobTable, TABLE } from '../../../support/job-table.ts';

let table: Awaited<ReturnType<typeof startJobTable>>;
let slots: TaskSlots;
let acquire: Awaited<ReturnType<typeof acquireTaskSlot>>;
beforeAll(async () => {
  table = await startJobTable();
  slots = new TaskSlots(table.table, TABLE);
  acquire = await acquireTaskSlot();
});
afterAll(() => table?.stop());
beforeEach(() => table.clear());

/** What the state AcquireTaskSlot sends, with its own expressions: an execution of that name of a tenant's asks for a slot. */
async function acquireTaskSlot() {
  const file = new URL('../../../../state-machines/media-pipeline.asl.json', import.meta.url);
  const { Parameters } = JSON.parse(await readFile(file, 'utf8')).States.AcquireTaskSlot;
  const { ConditionExpression, UpdateExpression, ExpressionAttributeNames } = Parameters;
  const { '#tenant.$': path, ...names } = ExpressionAttributeNames;
  expect(path).toBe('$.job.slot.tenant');
  return async (name: string, slot: SlotRequest) => {
    const command = new UpdateCommand({
      TableName: TABLE,
      Key: { jobId: slot.id },
      ConditionExpression,
      UpdateExpression,
      ExpressionAttributeNames: { ...names, '#tenant': slot.tenant },
      ExpressionAttributeValues: {
        ':name': name,
        ':names': new Set([name]),
        ':limit': slot.limit,
        ':share': slot.share,
      },
    });
    try {
      await table.table.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
}

const of = (tenantId: string, limit: number, share = limit): SlotRequest => ({
  id: 'slots#VIDEO',
  tenant: `tenant#${tenantId}`,
  limit,
  share,
});
const holders = async () => ((await slots.read('VIDEO'))?.holders ?? []).map(({ name }) => name).sort();
const release = (name: string, tenantId = 'acme') => slots.release('VIDEO', { name, tenantId });

test('fifty executions at once that want one of seven slots: seven get one', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `execution-${i}`);
  const got = await Promise.all(names.map((name, i) => acquire(name, of(`tenant-${i % 3}`, 7))));
  expect(got.filter(Boolean)).toHaveLength(7);
  expect(await holders()).toEqual(names.filter((_, i) => got[i]).sort());
});

test('an execution that asks again, because the first answer got lost, holds one slot', async () => {
  const got = [];
  for (const name of ['a', 'a', 'b', 'b', 'c']) got.push(await acquire(name, of('acme', 2)));
  expect(got).toEqual([true, true, true, true, false]);
  expect(await holders()).toEqual(['a', 'b']);
});

test('a slot given back, once or twice, is free for one', async () => {
  await acquire('a', of('acme', 1));
  expect([await release('a'), await release('a')]).toEqual([true, false]);
  expect([await acquire('b', of('acme', 1)), await acquire('c', of('acme', 1))]).toEqual([true, false]);
});

test('a task that runs without having asked counts, and those that wait see it', async () => {
  await slots.hold(of('acme', 1), 'redriven');
  expect(await acquire('a', of('acme', 1))).toBe(false);
  await release('redriven');
  expect(await acquire('a', of('acme', 1))).toBe(true);
});

describe('a tenant', () => {
  test('gets no more than its share, however many it asks for, and leaves the others the rest', async () => {
    const busy = Array.from({ length: 20 }, (_, i) => `busy-${i}`);
    const got = await Promise.all(busy.map((name) => acquire(name, of('busy', 4, 3))));
    expect(got.filter(Boolean)).toHaveLength(3);
    expect(await acquire('quiet', of('quiet', 4, 3))).toBe(true);
    expect(await acquire('third', of('third', 4, 3))).toBe(false);
  });

  test('that gives a slot back may take another', async () => {
    await acquire('a', of('acme', 4, 1));
    expect(await acquire('b', of('acme', 4, 1))).toBe(false);
    await release('a');
    expect(await acquire('b', of('acme', 4, 1))).toBe(true);
    expect(await slots.read('VIDEO')).toEqual({
      holders: [{ name: 'b', tenantId: 'acme' }],
      limit: 4,
      share: 1,
    });
  });
});

test('limits that are raised or lowered hold for those that wait with the old ones', async () => {
  await acquire('a', of('acme', 1));
  expect(await acquire('b', of('acme', 1))).toBe(false);
  await slots.setLimits('VIDEO', { limit: 2, share: 2 });
  expect(await acquire('b', of('acme', 1))).toBe(true);
  await slots.setLimits('VIDEO', { limit: 1, share: 1 });
  await release('a');
  expect(await acquire('c', of('acme', 5))).toBe(false);
  expect(await slots.read('VIDEO')).toMatchObject({ limit: 1, share: 1 });
});

test('nothing is known, and nothing to give back, before the first job', async () => {
  expect(await slots.read('VIDEO')).toBeUndefined();
  expect(await release('a')).toBe(false);
  await slots.setLimits('VIDEO', { limit: 3, share: 3 });
  expect(await slots.read('VIDEO')).toBeUndefined();
});

const config = readConfig({ MAX_CONCURRENT_AUDIO_TASKS: '3' }, SLOT_SETTINGS);
const wanted = (kind: string, limit: number, share: number) => ({
  id: `slots#${kind}`,
  tenant: 'tenant#acme',
  limit,
  share,
});
test.each([
  ['an image', { kind: 'IMAGE' as const }, undefined],
  ['a PDF', { kind: 'DOCUMENT' as const }, undefined],
  ['an Office document', { kind: 'DOCUMENT' as const, convert: true }, wanted('DOCUMENT', 10, 7)],
  ['a video', { kind: 'VIDEO' as const }, wanted('VIDEO', 20, 15)],
  ['audio', { kind: 'AUDIO' as const }, wanted('AUDIO', 3, 2)],
])('%s needs a slot only where a task does the work', (_, type, slot) => {
  expect(slotRequest({ ...type, tenantId: 'acme' }, config)).toEqual(slot);
});

test('one slot is every tenant’s', () => {
  const single = readConfig({ MAX_CONCURRENT_AUDIO_TASKS: '1' }, SLOT_SETTINGS);
  expect(slotRequest({ kind: 'AUDIO', tenantId: 'acme' }, single)).toMatchObject({ limit: 1, share: 1 });
});
