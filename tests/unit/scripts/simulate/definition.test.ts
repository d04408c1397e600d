import { expect, test } from '@jest/globals';
import { compileDefinition, delayOf } from '../../../../scripts/simulate/states/definition.ts';

const definition = (state: object) =>
  compileDefinition(JSON.stringify({ StartAt: 'A', TimeoutSeconds: 9, States: { A: state } }), {});

test.each([
  ['a type of state', { Type: 'Wait' }],
  ['a mode of Map states', { Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' } } }],
  ['a field of Map states', { Type: 'Map', ItemReader: {} }],
  ['a field', { Type: 'Task', Resource: 'r', TimeoutSeconds: 1, OutputPath: '$.a' }],
  ['a comparison', { Type: 'Choice', Choices: [{ Variable: '$.a', StringMatches: 'a*', Next: 'B' }] }],
  ['a field of Retry', { Type: 'Task', TimeoutSeconds: 1, Retry: [{ ErrorEquals: ['a'], Other: 1 }] }],
  ['an intrinsic function', { Type: 'Task', TimeoutSeconds: 1, Parameters: { 'a.$': 'States.UUID()' } }],
  ['a path', { Type: 'Task', TimeoutSeconds: 1, Parameters: { 'a.$': '$.a[*]' } }],
])('%s that the simulation does not know is refused', (_, state) => {
  expect(() => definition(state)).toThrow('Expected');
});

test('retries wait longer each time, up to the maximum, of which jitter takes a part', () => {
  const rule = { ErrorEquals: [], IntervalSeconds: 2, BackoffRate: 2, MaxAttempts: 9 };
  const capped = { ...rule, MaxDelaySeconds: 10, JitterStrategy: 'NONE' as const };
  expect([0, 1, 2, 3].map((retries) => delayOf(capped, retries, 0.5))).toEqual([2000, 4000, 8000, 10_000]);
  expect(delayOf({ ...capped, JitterStrategy: 'FULL' }, 1, 0.25)).toBe(1000);
});
