import { describe, expect, test } from '@jest/globals';
import { lintStateMachine, placeholdersIn, type State } from './lint.ts';

const RETRY = [{ ErrorEquals: ['ServiceUnavailable'] }];
const good: State = {
  Type: 'Task',
  Resource: 'arn:aws:states:::ecs:runTask.waitForTaskToken',
  Parameters: { 'Token.$': '$$.Task.Token' },
  TimeoutSeconds: 60,
  HeartbeatSeconds: 10,
  Retry: RETRY,
};
const lint = (state: State) => lintStateMachine({ TimeoutSeconds: 60, States: { Work: state } });

describe('the lint of state machines', () => {
  test('is content with a sound task', () => {
    expect(lint(good)).toEqual([]);
  });

  test.each<[string, Partial<State>, RegExp]>([
    ['a token that nobody gets', { Parameters: { 'Token.$': '$.token' } }, /gives to nobody/],
    ['a wait without heartbeats', { HeartbeatSeconds: undefined as never }, /HeartbeatSeconds/],
    ['a task without a time-out', { TimeoutSeconds: undefined as never }, /three years/],
    ['a task without retries', { Retry: [] }, /never retried/],
    ['a blanket retry', { Retry: [...RETRY, { ErrorEquals: ['States.ALL'] }] }, /name the errors/],
    [
      'a blanket retry by its other name',
      { Retry: [{ ErrorEquals: ['States.TaskFailed'] }] },
      /name the errors/,
    ],
    ['a blanket catch', { Catch: [{ ErrorEquals: ['States.ALL'] }] }, /name the errors/],
    ['an error in two retries', { Retry: [...RETRY, ...RETRY] }, /twice/],
  ])('finds %s', (_, change, problem) => {
    expect(lint({ ...good, ...change })).toEqual([expect.stringMatching(problem)]);
  });

  test.each<[string, Partial<State>]>([
    ['a reserved error', { Error: 'States.Runtime' }],
    ['an error that varies', { Error: 'Broken', ErrorPath: '$.error' }],
    ['no error', {}],
  ])('finds a Fail state with %s', (_, state) => {
    expect(lint({ Type: 'Fail', ...state })).toEqual([expect.stringMatching(/constant Error/)]);
  });

  test('looks into branches and maps', () => {
    const inner = { States: { Inner: { Type: 'Task' } } };
    expect(lint({ Type: 'Parallel', Branches: [inner] })).toHaveLength(2);
    expect(lint({ Type: 'Map', ItemProcessor: inner })).toHaveLength(2);
  });

  test('wants the whole machine to have a time-out', () => {
    expect(lintStateMachine({ States: {} })).toEqual([expect.stringMatching(/no TimeoutSeconds/)]);
  });

  test('takes placeholders inside strings only', () => {
    const placeholder = (name: string) => `$\{${name}}`;
    expect(placeholdersIn(`{"a": "${placeholder('b')}", "c": ["x ${placeholder('d')}"]}`)).toEqual([
      'b',
      'd',
    ]);
    expect(() => placeholdersIn(`{"a": ${placeholder('b')}}`)).toThrow(SyntaxError);
  });
});
