import { readFile } from 'node:fs/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { readConfig } from '../../../core/config.ts';
import { SLOT_SETTINGS, slotsFor, TaskSlots } from '../../../core/task-slots.ts';
import { startJobTable, TABLE } from '../../support/job-table.ts';

let table: Awaited<ReturnType<typeof startJobTable>>;
let slots: TaskSlots;
let acquire: (name: string, limit: number) => Promise<boolean>;
beforeAll(async () => {
  table = await startJobTable();
  slots = new TaskSlots(table.table, TABLE);
  acquire = await stateOf(table);
});
afterAll(() => table?.stop());
beforeEach(() => table.clear());

const holders = async () => [...((await slots.read('VIDEO'))?.holders ?? [])].sort();

/** What the state AcquireTaskSlot sends, with its own expressions. */
async function stateOf({ table }: Awaited<ReturnType<typeof startJobTable>>) {
  const file = new URL('../../../state-machines/media-pipeline.asl.json', import.meta.url);
  const { Parameters } = JSON.parse(await readFile(file, 'utf8')).States.AcquireTaskSlot;
  const { ConditionExpression, UpdateExpression, ExpressionAttributeNames } = Parameters;
  return async (name: string, limit: number) => {
    const command = new UpdateCommand({
      TableName: TABLE,
      Key: { jobId: 'slots#VIDEO' },
      ConditionExpression,
      UpdateExpression,
      ExpressionAttributeNames,
      ExpressionAttributeValues: { ':name': name, ':names': new Set([name]), ':limit': limit },
    });
    try {
      await table.send(command);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
}

test('fifty executions at once that want one of seven slots: seven get one', async () => {
  const names = Array.from({ length: 50 }, (_, i) => `execution-${i}`);
  const got = await Promise.all(names.map((name) => acquire(name, 7)));
  expect(got.filter(Boolean)).toHaveLength(7);
  expect(await holders()).toEqual(names.filter((_, i) => got[i]).sort());
});

test('an execution that asks again, because the first answer got lost, holds one slot', async () => {
  expect([
    await acquire('a', 2),
    await acquire('a', 2),
    await acquire('b', 2),
    await acquire('b', 2),
  ]).toEqual([true, true, true, true]);
  expect(await acquire('c', 2)).toBe(false);
  expect(await holders()).toEqual(['a', 'b']);
});

test('a slot given back, once or twice, is free for one', async () => {
  await acquire('a', 1);
  expect([await slots.release('VIDEO', 'a'), await slots.release('VIDEO', 'a')]).toEqual([true, false]);
  expect([await acquire('b', 1), await acquire('c', 1)]).toEqual([true, false]);
});

test('a task that runs without having asked counts, and those that wait see it', async () => {
  await slots.hold('VIDEO', { name: 'redriven', limit: 1 });
  expect(await acquire('a', 1)).toBe(false);
  await slots.release('VIDEO', 'redriven');
  expect(await acquire('a', 1)).toBe(true);
});

test('a limit that is raised or lowered holds for those that wait with the old one', async () => {
  await acquire('a', 1);
  expect(await acquire('b', 1)).toBe(false);
  await slots.limit('VIDEO', 2);
  expect(await acquire('b', 1)).toBe(true);
  await slots.limit('VIDEO', 1);
  await slots.release('VIDEO', 'a');
  expect(await acquire('c', 5)).toBe(false);
  expect(await slots.read('VIDEO')).toEqual({ holders: new Set(['b']), limit: 1 });
});

test('nothing is known, and nothing to give back, before the first job', async () => {
  expect(await slots.read('VIDEO')).toBeUndefined();
  expect(await slots.release('VIDEO', 'a')).toBe(false);
  await slots.limit('VIDEO', 3);
  expect(await slots.read('VIDEO')).toBeUndefined();
});

const config = readConfig({ MAX_CONCURRENT_AUDIO_TASKS: '3' }, SLOT_SETTINGS);
test.each([
  ['an image', { kind: 'IMAGE' as const }, undefined],
  ['a PDF', { kind: 'DOCUMENT' as const }, undefined],
  ['an Office document', { kind: 'DOCUMENT' as const, convert: true }, { id: 'slots#DOCUMENT', limit: 10 }],
  ['a video', { kind: 'VIDEO' as const }, { id: 'slots#VIDEO', limit: 20 }],
  ['audio', { kind: 'AUDIO' as const }, { id: 'slots#AUDIO', limit: 3 }],
])('%s needs a slot only where a task does the work', (_, type, slot) => {
  expect(slotsFor(type, config)).toEqual(slot);
});
