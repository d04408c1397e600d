import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { SETTINGS } from '../../base/config.ts';
import { ERRORS } from '../../base/errors.ts';
import { FOREIGN } from '../../core/jobs/foreign-errors.ts';
import { FUNCTION_SECONDS, TIME_LIMITS } from '../../media/document/limits.ts';
import { KINDS, MEDIA_KINDS } from '../../media/kinds/kinds.ts';
import { MEDIA_TYPES } from '../../media/kinds/media-type.ts';
import { workloads } from '../../scripts/build/workloads.ts';
import { settingsOf } from '../../scripts/settings-of.ts';
import { kindProblems } from './check-kinds.ts';
import { retryProblems } from './check-retries.ts';
import { type StateMachine, statesIn } from './lint.ts';
import { renderedMachine } from './rendered-machine.ts';
import { documentedErrors, INTEGRATIONS, whyNotMet } from './service-errors.ts';
import { unsaidErrors } from './unsaid-errors.ts';

/** The state machine with one of its rules changed. */
function changed(state: string, change: (retry: string[][], caught: string[][]) => void): StateMachine {
  const whole = renderedMachine();
  const { Retry = [], Catch = [] } = whole.States[state] ?? {};
  const [retry = [], caught = []] = [Retry, Catch].map((rules) =>
    rules.map(({ ErrorEquals }) => ErrorEquals),
  );
  change(retry, caught);
  return whole;
}

describe('every state retries exactly the errors that it can meet and that may pass', () => {
  test.each(['media-pipeline', 'media-backfill'] as const)('of %s, as often as ERRORS says', (name) => {
    expect(retryProblems(renderedMachine({}, name))).toEqual([]);
  });

  test.each<[string, StateMachine, string]>([
    [
      'a state that forgot a transient error',
      changed('ProcessImage', ([rule]) => rule?.splice(rule.indexOf('Interrupted'), 1)),
      'ProcessImage retries Interrupted never; the tables say with backoff',
    ],
    [
      'a state that retries a lack of memory again and again',
      changed('ProcessDocument', (rules) => {
        rules[2]?.splice(rules[2].indexOf('OutOfMemory'), 1);
        rules[0]?.push('OutOfMemory');
      }),
      'ProcessDocument retries OutOfMemory with backoff; the tables say once',
    ],
    [
      'a task that a lack of memory does not lead to a larger one',
      changed('TranscodeVideo', (_retry, [caught]) => caught?.shift()),
      'TranscodeVideo retries OutOfMemory never; the tables say once',
    ],
    [
      'a larger task that is run for a lack of memory again',
      changed('TranscodeVideoInLargerTask', ([rule]) => rule?.push('OutOfMemory')),
      'TranscodeVideoInLargerTask retries OutOfMemory with backoff; the tables say never',
    ],
    [
      'a state that retries a broken upload',
      changed('TranscodeVideo', ([rule]) => rule?.push('CorruptMedia')),
      'TranscodeVideo retries CorruptMedia with backoff; the tables say never',
    ],
    [
      'a name that nobody knows',
      changed('TranscodeAudio', ([rule]) => rule?.push('Interupted')),
      'TranscodeAudio retries Interupted, which neither ERRORS nor FOREIGN lists',
    ],
    [
      'an error of tasks in a function',
      changed('AdmitUpload', ([rule]) => rule?.push('NoCapacity')),
      'AdmitUpload retries NoCapacity, which it cannot meet',
    ],
    [
      'a service that throttles, and is asked once only',
      changed('AnnounceCompletion', ([rule]) => rule?.splice(1, 1)),
      'AnnounceCompletion retries EventBridge.ThrottlingException never; the tables say with backoff',
    ],
  ])('%s is named', (_what, machine, problem) => {
    expect(retryProblems(machine)).toEqual([problem]);
  });

  test('and every error is one that some file throws', () => {
    expect(unsaidErrors(Object.keys(ERRORS))).toEqual([]);
  });

  test('and others’ names stand for names of ours', () => {
    for (const [foreign, ours] of Object.entries(FOREIGN)) {
      expect(ERRORS).toHaveProperty(ours);
      expect(ERRORS).not.toHaveProperty([foreign]);
    }
  });
});

describe.each(INTEGRATIONS)('every error that AWS documents for $resource', (integration) => {
  test.each(documentedErrors(integration))('%s has a place: a policy, or a reason', (error) => {
    expect({ error, places: [error in FOREIGN, whyNotMet(error) !== undefined] }).toEqual({
      error,
      places: expect.arrayContaining([true, false]),
    });
  });
});

test('every integration in use has its documented errors', () => {
  const known = INTEGRATIONS.map(({ resource }) => resource);
  const used = statesIn(renderedMachine()).flatMap(([, { Resource }]) => Resource ?? []);
  expect(used.filter((resource) => !known.some((one) => resource.includes(one)))).toEqual([]);
});

test('a document has less time than its function, and the function less than its state', () => {
  const { TimeoutSeconds = 0 } = renderedMachine().States.ProcessDocument ?? {};
  expect(TimeoutSeconds).toBeGreaterThan(FUNCTION_SECONDS);
  expect(FUNCTION_SECONDS * 1000).toBeGreaterThan(TIME_LIMITS.allPages);
});

describe('a job of each kind', () => {
  test('goes through the state that KINDS names', () => {
    expect(kindProblems(renderedMachine())).toEqual([]);
  });

  test.each([
    ['has no branch', 'AUDIO', 'MODEL', 'AUDIO has no branch in WhichMediaKind'],
    [
      'goes to the state of another',
      'ProcessImage',
      'ProcessDocument',
      /^IMAGE goes through ProcessDocument;/,
    ],
  ])('is named where it %s', (_what, from, to, problem) => {
    const text = readFileSync('state-machines/media-pipeline.asl.json', 'utf8');
    const fork = text.slice(text.indexOf('"WhichMediaKind": {'), text.indexOf('"ProcessImage": {'));
    const wrong = JSON.parse(text.replace(fork, fork.replaceAll(from, to)));
    const named = typeof problem === 'string' ? problem : expect.stringMatching(problem);
    expect(kindProblems(wrong)).toContainEqual(named);
  });

  test.each(MEDIA_KINDS)('%s comes in some format', (kind) => {
    expect(Object.values(MEDIA_TYPES).map((type) => type.kind)).toContain(kind);
  });

  test.each(Object.entries(KINDS))('%s has its programs, which read its limits', async (_kind, row) => {
    const folderOf = (state: string) => state.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
    const states = [row.state, ...('convertState' in row ? [row.convertState] : [])];
    const programs = workloads().filter(({ name }) => states.map(folderOf).includes(name));
    expect(programs).toHaveLength(states.length);
    expect(SETTINGS[row.slots].parse(undefined) === 0).toBe(
      programs.find(({ name }) => name === folderOf(row.state))?.kind === 'lambdas',
    );
    const read = (await Promise.all(programs.map(settingsOf))).flat();
    const { bytes: _admission, ...limits } = row.limits;
    expect(read).toEqual(expect.arrayContaining(Object.values(limits)));
  });
});
