import { describe, expect, test } from '@jest/globals';
import { isInLargerTask } from '../../core/jobs/larger-task.ts';
import { sizeOf } from '../../local/compute/task-size.ts';
import { TASK_SIZES, TASKS } from '../../local/resources.ts';
import { workloads } from '../../scripts/build/workloads.ts';
import { settingsOf } from '../../scripts/settings-of.ts';
import { LARGER } from './check-retries.ts';
import { type State, statesIn } from './lint.ts';
import { renderedMachine } from './rendered-machine.ts';

const { States } = renderedMachine();
const tasks = statesIn({ States }).filter(([, { Resource = '' }]) => Resource.includes('ecs:runTask'));
/** Where a film is joined; its larger task is that of the whole film. */
const JOIN = 'JoinVideo';
/** TranscodeChunk runs the task of TranscodeVideo. */
const normal = tasks.filter(([name]) => !isInLargerTask(name) && name !== JOIN);

const containerOf = ({ Parameters }: State) => Parameters?.Overrides.ContainerOverrides[0];
const environmentOf = (state: State): Record<string, string> =>
  Object.fromEntries(
    containerOf(state).Environment.map(({ Name, ...value }: { Name: string }) => [
      Name,
      Object.values(value)[0],
    ]),
  );

test('each task has its larger one', () => {
  expect(normal).toHaveLength(TASKS.length + 1);
  expect(tasks.map(([name]) => name).toSorted()).toEqual(
    [...normal.flatMap(([name]) => [name, `${name}${LARGER}`]), JOIN].toSorted(),
  );
});

describe('a film', () => {
  const { TranscodeVideo, TranscodeChunks, JoinVideo, TranscodeVideoInLargerTask } = States;
  const chunk = TranscodeChunks?.ItemProcessor?.States.TranscodeChunk as State;
  const partOf = (state: State | undefined) => state && environmentOf(state).PART;

  test('leads from each of its states to the larger task, which does not split it', () => {
    expect([TranscodeVideo, chunk, JoinVideo, TranscodeVideoInLargerTask].map(partOf)).toEqual([
      ...['whole', 'chunk', 'join', 'unsplit'],
    ]);
    expect(JoinVideo?.Catch).toEqual(TranscodeVideo?.Catch);
    expect(TranscodeChunks?.Catch).toBeUndefined();
    expect(TranscodeVideoInLargerTask?.Next).toBe('CompleteJob');
  });

  test('has tasks of the same kind in each of its states', () => {
    for (const state of [chunk, JoinVideo as State]) {
      const {
        Comment: _a,
        Catch: _b,
        Next: _c,
        ResultPath: _d,
        Parameters,
        ...same
      } = TranscodeVideo as State;
      const { Comment: _e, Catch: _f, Next: _g, ResultPath: _h, Parameters: theirs, ...other } = state;
      expect({ ...other, End: undefined }).toEqual({ ...same, End: undefined });
      const { Overrides: _i, ...parameters } = Parameters ?? {};
      const { Overrides: _j, ...others } = theirs ?? {};
      expect(others).toEqual(parameters);
    }
  });

  test('gives a chunk its number, and how many are at work', () => {
    expect(environmentOf(chunk)).toMatchObject({
      CHUNK: "States.Format('{}', $.chunk)",
      CHUNK_TASKS: "States.Format('{}', $.tasks)",
    });
  });
});

describe.each(normal)('%s', (name, state) => {
  const larger = Object.fromEntries(statesIn({ States }))[`${name}${LARGER}`] as State;
  const { Cpu, Memory, ContainerOverrides: _containers } = larger.Parameters?.Overrides ?? {};

  test('leads to its larger task and nowhere else, which leads to no other', () => {
    expect(state.Catch?.map(({ Next, ResultPath }) => ({ Next, ResultPath }))).toEqual([
      { Next: `${name}${LARGER}`, ResultPath: '$.smallerTask' },
    ]);
    // A failure must end the execution in a Task state, so that a redrive resumes there.
    expect(larger.Catch).toBeUndefined();
  });

  test('does the same in its larger task', () => {
    const { Comment: _a, Catch: _b, Next: next, Parameters: ours, ...same } = state;
    const { Comment: _c, Next: after, Parameters: theirs, ...other } = larger;
    expect(other).toEqual(same);
    // What a larger task did is not split.
    expect(after).toBe(next === 'WasVideoSplit' ? States.WasVideoSplit?.Default : next);
    const { Overrides: _d, CapacityProviderStrategy: _e, ...parameters } = ours ?? {};
    const { Overrides: _f, CapacityProviderStrategy: strategy, ...others } = theirs ?? {};
    expect(others).toEqual(parameters);
    // Never on Spot: it is a retry.
    expect(strategy).toEqual([{ CapacityProvider: 'FARGATE', Weight: 1 }]);
    expect(containerOf(larger).Name).toBe(containerOf(state).Name);
    const { PART: _part, ...environment } = environmentOf(state);
    expect(environmentOf(larger)).toMatchObject(environment);
  });

  test('gets a size that Fargate offers, none of it smaller', () => {
    const { normal } = TASK_SIZES[containerOf(state).Name as keyof typeof TASK_SIZES];
    const size = sizeOf(normal, { cpu: Cpu, memory: Memory });
    expect([Cpu, Memory]).toEqual([expect.any(String), expect.any(String)]);
    for (const part of ['cpu', 'memory'] as const) expect(size[part]).toBeGreaterThan(normal[part]);
  });

  test('notes size and reason in the timeline', () => {
    const note = `retried after {} with ${Cpu} CPU units and ${Memory} MiB of memory`;
    const [which, number] = name === 'TranscodeChunk' ? ['chunk {} ', '$.chunk, '] : ['', ''];
    expect(environmentOf(larger).TIMELINE_NOTE).toBe(
      `States.Format('${which}${note}', ${number}$.smallerTask.Error)`,
    );
  });

  test('tells the program its memory, where the program asks for it', async () => {
    const workload = workloads().find((one) => one.name === containerOf(state).Name);
    if (!workload) throw new Error(`Expected the program of ${name}`);
    const asks = (await settingsOf(workload)).includes('TASK_MEMORY_MIB');
    expect(environmentOf(larger).TASK_MEMORY_MIB).toBe(asks ? Memory : undefined);
  });
});

test('no other state of the work catches anything', () => {
  const catching = statesIn({ States }).filter(([, { Catch }]) => Catch);
  expect(catching.map(([name]) => name).toSorted()).toEqual(
    [...normal.map(([name]) => name), JOIN, 'CompleteJob'].toSorted(),
  );
});
