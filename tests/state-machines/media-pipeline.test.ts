import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import { substitutions } from '../../local/resources.ts';
import { lintStateMachine, placeholdersIn, type StateMachine, statesIn } from './lint.ts';

const FOLDER = 'state-machines';
const files = readdirSync(FOLDER).sort();
const machines = files.filter((name) => name.endsWith('.asl.json'));
const read = (name: string) => readFileSync(`${FOLDER}/${name}`, 'utf8');
const parse = (name: string): StateMachine => JSON.parse(read(name));

describe.each(machines)('%s', (name) => {
  const tasks = statesIn(parse(name)).filter(([, { Type }]) => Type === 'Task');

  test('is valid Amazon States Language', () => {
    const verdict = validate(parse(name));
    expect(verdict.isValid ? '' : verdict.errorsText('\n')).toBe('');
  });

  test('has nothing that would hang, retry blindly or hide an error', () => {
    expect(lintStateMachine(parse(name))).toEqual([]);
  });

  test('has a capacity provider for each attempt of a task', () => {
    const providers = (substitutions().capacity_providers ?? '').split(',').length;
    for (const [state, { Retry = [] }] of tasks.filter(([, { Resource }]) => Resource?.includes('ecs:'))) {
      const attempts = 1 + Retry.reduce((sum, { MaxAttempts = 3 }) => sum + MaxAttempts, 0);
      expect({ state, enough: attempts <= providers }).toEqual({ state, enough: true });
    }
  });

  test('waits for a task slot for about a day, within the events that a history may have', () => {
    const rules = tasks.find(([state]) => state === 'AcquireTaskSlot')?.[1].Retry ?? [];
    const rule = rules.find(({ ErrorEquals }) =>
      ErrorEquals.includes('DynamoDB.ConditionalCheckFailedException'),
    ) as unknown as Record<string, number>;
    const { MaxAttempts = 0, MaxDelaySeconds = 0 } = rule;
    // Full jitter waits half of the delay on average. Each attempt is scheduled, started and failed.
    expect((MaxAttempts * MaxDelaySeconds) / 2 / 3600).toBeCloseTo(24, 0);
    expect(MaxAttempts * 3).toBeLessThan(24_999 / 2);
  });

  test('waits between retries, with jitter and a limit', () => {
    for (const [state, { Retry = [] }] of tasks)
      for (const rule of Retry)
        expect({ state, ...rule }).toMatchObject({
          JitterStrategy: 'FULL',
          MaxAttempts: expect.any(Number),
          IntervalSeconds: expect.any(Number),
        });
  });
});

test.each(files)('%s is JSON before it is rendered, and one machine fills its placeholders', (name) => {
  const known = Object.keys(substitutions());
  expect(placeholdersIn(read(name)).filter((placeholder) => !known.includes(placeholder))).toEqual([]);
});
