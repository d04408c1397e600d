import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import { EXECUTION_SECONDS } from '../../core/jobs/retention.ts';
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

  test('waits for a slot for days, in one try', () => {
    const { TimeoutSeconds: wait = 0, Resource } = parse(name).States.AdmitUpload ?? {};
    expect(Resource).toMatch(/:lambda:invoke\.waitForTaskToken$/);
    expect(wait).toBe(5 * 24 * 3600);
    // Room for the work itself, which the execution's own limit includes.
    expect(EXECUTION_SECONDS - wait).toBeGreaterThanOrEqual(24 * 3600);
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
