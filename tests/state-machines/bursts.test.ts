import { expect, test } from '@jest/globals';
import { RESERVED_CONCURRENCY } from '../../base/reserved-concurrency.ts';
import { renderedMachine } from './rendered-machine.ts';
import { simulateRefusals } from './simulate-refusals.ts';

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
    const { lost, finishedSeconds } = simulateRefusals(renderedMachine(), state, burst);
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
  expect(simulateRefusals(renderedMachine(), 'ProcessImage', burst)).toMatchObject({
    lost: 0,
    refused: 0,
  });
});

test('six tries, as for other errors, would lose uploads', () => {
  const impatient = renderedMachine();
  const rules = impatient.States.ProcessDocument?.Retry ?? [];
  for (const rule of rules) rule.MaxAttempts = Math.min(6, rule.MaxAttempts ?? 3);
  const burst = { ...BURSTS[2][2], concurrency: RESERVED_CONCURRENCY['process-document'], refusal };
  expect(simulateRefusals(impatient, 'ProcessDocument', burst).lost).toBeGreaterThan(500);
});
