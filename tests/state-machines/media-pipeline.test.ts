import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import validate from 'asl-validator';
import { EXECUTION_SECONDS } from '../../core/jobs/retention.ts';
import { AUTOMATIC_RETRIES, substitutions } from '../../local/resources.ts';
import { substitute } from '../../local/states/substitute.ts';
import { lintStateMachine, placeholdersIn, type StateMachine, statesIn } from './lint.ts';
import { renderedMachine } from './rendered-machine.ts';

const FOLDER = 'state-machines';
/** States of the work of each kind. */
const WORK = {
  ...{ image: ['ProcessImage'], document: ['ProcessDocument'], office: ['ConvertOfficeDocument'] },
  ...{ video: ['TranscodeVideo', 'TranscodeChunk', 'JoinVideo'], audio: ['TranscodeAudio'] },
};
const files = readdirSync(FOLDER).sort();
const machines = files.filter((name) => name.endsWith('.asl.json'));
const read = (name: string) => readFileSync(`${FOLDER}/${name}`, 'utf8');
const parse = (name: string): StateMachine => JSON.parse(substitute(read(name), substitutions()));

describe.each(machines)('%s', (name) => {
  const tasks = statesIn(parse(name)).filter(([, { Type }]) => Type === 'Task');

  test('is valid Amazon States Language', () => {
    const verdict = validate(parse(name));
    expect(verdict.isValid ? '' : verdict.errorsText('\n')).toBe('');
  });

  test('has nothing that would hang, retry blindly or hide an error', () => {
    expect(lintStateMachine(parse(name))).toEqual([]);
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

describe('the pipeline', () => {
  test('has a capacity provider for each attempt of a task, however many automatic_retries there are', () => {
    const providers = (substitutions().capacity_providers ?? '').split(',').length;
    const most = Object.keys(AUTOMATIC_RETRIES).map((kind) => [`${kind}_retries`, '10']);
    const counts = statesIn(renderedMachine(Object.fromEntries(most)))
      .flatMap(([, state]) => (state.Type === 'Task' ? state : []))
      .filter(({ Parameters }) => JSON.stringify(Parameters)?.includes('$$.State.RetryCount'))
      .map(({ Retry = [] }) => 1 + Retry.reduce((sum, { MaxAttempts = 3 }) => sum + MaxAttempts, 0));
    expect(counts).toHaveLength(5);
    expect(Math.max(...counts)).toBe(providers);
  });

  test.each(Object.entries(AUTOMATIC_RETRIES))(
    'takes the retries of %s from the settings, for failures that may pass alone',
    (kind, usual) => {
      const attempts = (retries: number) =>
        statesIn(renderedMachine({ [`${kind}_retries`]: String(retries) })).flatMap(
          ([state, { Retry = [] }]) => Retry.map((rule) => ({ state, ...rule })),
        );
      const changed = attempts(9).filter(
        ({ MaxAttempts }, i) => MaxAttempts !== attempts(usual)[i]?.MaxAttempts,
      );
      expect(new Set(changed.map(({ state }) => state.replace('InLargerTask', '')))).toEqual(
        new Set(WORK[kind as keyof typeof WORK]),
      );
      for (const { ErrorEquals, MaxAttempts } of changed)
        expect([ErrorEquals.slice(0, 2), MaxAttempts]).toEqual([['ServiceUnavailable', 'Interrupted'], 9]);
    },
  );

  test('waits for a slot for days, in one try', () => {
    const { TimeoutSeconds: wait = 0, Resource } = renderedMachine().States.AdmitUpload ?? {};
    expect(Resource).toMatch(/:lambda:invoke\.waitForTaskToken$/);
    expect(wait).toBe(5 * 24 * 3600);
    // Room for the work itself, which the execution's own limit includes.
    expect(EXECUTION_SECONDS - wait).toBeGreaterThanOrEqual(24 * 3600);
  });
});

test.each(files)('%s is JSON before it is rendered, and one machine fills its placeholders', (name) => {
  const known = Object.keys(substitutions());
  expect(placeholdersIn(read(name)).filter((placeholder) => !known.includes(placeholder))).toEqual([]);
});
