import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { RESERVED_CONCURRENCY } from '../../base/reserved-concurrency.ts';
import { LIMITS } from '../../local/limits.ts';
import type { StateMachine } from './lint.ts';
import { simulateBurst } from './simulate-burst.ts';

const machine = (): StateMachine =>
  JSON.parse(readFileSync('state-machines/media-pipeline.asl.json', 'utf8'));

const refusal = 'Lambda.TooManyRequestsException';
const BURSTS = [
  ['AdmitUpload', 'admit-upload', { uploads: 5000, arrivalSeconds: 60, workSeconds: 0.5 }],
  ['ProcessImage', 'process-image', { uploads: 5000, arrivalSeconds: 60, workSeconds: 2 }],
  ['ProcessDocument', 'process-document', { uploads: 5000, arrivalSeconds: 300, workSeconds: 20 }],
  ['ProcessDocument', 'process-document', { uploads: 1000, arrivalSeconds: 60, workSeconds: 280 }],
] as const;

test.each(BURSTS)(
  '%s loses nothing in a burst',
  (state, name, load) => {
    const burst = { ...load, concurrency: RESERVED_CONCURRENCY[name], refusal };
    const { lost, finishedSeconds } = simulateBurst(machine(), state, burst);
    const ideal = Math.max(load.arrivalSeconds, (load.uploads * load.workSeconds) / burst.concurrency);
    // Throttled executions come back after random times, the last ones to a function that is idle.
    const overhead = finishedSeconds - ideal;
    console.info(
      `${state}: ${JSON.stringify({ ...burst, lost, finishedSeconds: Math.round(finishedSeconds) })}`,
    );
    expect({ lost, isSoon: overhead < 0.1 * ideal + 300 }).toEqual({ lost: 0, isSoon: true });
  },
  60_000,
);

test('a burst of images is not choked by the function’s own limit', () => {
  const burst = { ...BURSTS[1][2], concurrency: RESERVED_CONCURRENCY['process-image'], refusal };
  expect(simulateBurst(machine(), 'ProcessImage', burst)).toMatchObject({
    lost: 0,
    refused: 0,
  });
});

test('six tries, as for other errors, would lose uploads', () => {
  const impatient = machine();
  const rules = impatient.States.ProcessDocument?.Retry ?? [];
  for (const rule of rules) rule.MaxAttempts = Math.min(6, rule.MaxAttempts ?? 3);
  const burst = { ...BURSTS[2][2], concurrency: RESERVED_CONCURRENCY['process-document'], refusal };
  expect(simulateBurst(impatient, 'ProcessDocument', burst).lost).toBeGreaterThan(500);
});

/** Executions that wait for a slot write to one item, whose write units DynamoDB limits. */
function waitForSlots(slots: number, uploads: number, stateMachine: StateMachine) {
  // Each holder is in two sets, by the name that EventBridge gives to an execution.
  const bytes = 2 * slots * `${randomUUID()}_${randomUUID()}`.length;
  return simulateBurst(stateMachine, 'AcquireTaskSlot', {
    ...{ uploads, arrivalSeconds: 60, workSeconds: 120, concurrency: slots },
    refusal: 'DynamoDB.ConditionalCheckFailedException',
    rate: {
      perSecond: LIMITS.itemWriteUnitsPerSecond,
      // Of the item, also if the condition fails:
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithItems.html
      perCall: Math.ceil(bytes / 1024),
      error: 'DynamoDB.ThrottlingException',
    },
  });
}

test.each([
  [20, 5000],
  [100, 5000],
  [50, 10_000],
])(
  'of those that wait for %d task slots, %d in all, none is lost to the limit of writes to one item',
  (slots, uploads) => {
    const { lost, throttled, finishedSeconds } = waitForSlots(slots, uploads, machine());
    console.info(`${slots} slots: ${JSON.stringify({ uploads, lost, throttled, finishedSeconds })}`);
    expect({ lost, isThrottled: throttled > 0 }).toEqual({ lost: 0, isThrottled: true });
    expect(finishedSeconds).toBeLessThan(1.25 * ((uploads * 120) / slots) + 60);
  },
  60_000,
);

test('eight tries at a throttled item, as for other errors of DynamoDB, would lose uploads', () => {
  const impatient = machine();
  for (const rule of impatient.States.AcquireTaskSlot?.Retry ?? [])
    if (rule.ErrorEquals.includes('DynamoDB.ThrottlingException')) rule.MaxAttempts = 8;
  expect(waitForSlots(100, 5000, impatient).lost).toBeGreaterThan(100);
}, 60_000);
