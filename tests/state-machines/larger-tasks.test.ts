import { describe, expect, test } from '@jest/globals';
import { isInLargerTask } from '../../core/jobs/larger-task.ts';
import { sizeOf } from '../../local/compute/task-size.ts';
import { TASK_SIZES, TASKS } from '../../local/resources.ts';
import { workloads } from '../../scripts/build/workloads.ts';
import { settingsOf } from '../../scripts/settings-of.ts';
import { LARGER } from './check-retries.ts';
import type { State } from './lint.ts';
import { renderedMachine } from './rendered-machine.ts';

const { States } = renderedMachine();
const tasks = Object.entries(States).filter(([, { Resource = '' }]) => Resource.includes('ecs:runTask'));
const normal = tasks.filter(([name]) => !isInLargerTask(name));

const containerOf = ({ Parameters }: State) => Parameters?.Overrides.ContainerOverrides[0];
const environmentOf = (state: State): Record<string, string> =>
  Object.fromEntries(
    containerOf(state).Environment.map(({ Name, ...value }: { Name: string }) => [
      Name,
      Object.values(value)[0],
    ]),
  );

test('each task has its larger one', () => {
  expect(normal).toHaveLength(TASKS.length);
  expect(tasks.map(([name]) => name).toSorted()).toEqual(
    normal.flatMap(([name]) => [name, `${name}${LARGER}`]).toSorted(),
  );
});

describe.each(normal)('%s', (name, state) => {
  const larger = States[`${name}${LARGER}`] as State;
  const { Cpu, Memory, ContainerOverrides: _containers } = larger.Parameters?.Overrides ?? {};

  test('leads to its larger task and nowhere else, which leads to no other', () => {
    expect(state.Catch?.map(({ Next, ResultPath }) => ({ Next, ResultPath }))).toEqual([
      { Next: `${name}${LARGER}`, ResultPath: '$.smallerTask' },
    ]);
    // A failure must end the execution in a Task state, so that a redrive resumes there.
    expect(larger.Catch).toBeUndefined();
  });

  test('does the same in its larger task', () => {
    const { Comment: _a, Catch: _b, Parameters: ours, ...same } = state;
    const { Comment: _c, Parameters: theirs, ...other } = larger;
    expect(other).toEqual(same);
    const { Overrides: _d, CapacityProviderStrategy: _e, ...parameters } = ours ?? {};
    const { Overrides: _f, CapacityProviderStrategy: strategy, ...others } = theirs ?? {};
    expect(others).toEqual(parameters);
    // Never on Spot: it is a retry.
    expect(strategy).toEqual([{ CapacityProvider: 'FARGATE', Weight: 1 }]);
    expect(containerOf(larger).Name).toBe(containerOf(state).Name);
    expect(environmentOf(larger)).toMatchObject(environmentOf(state));
  });

  test('gets a size that Fargate offers, none of it smaller', () => {
    const { normal } = TASK_SIZES[containerOf(state).Name as keyof typeof TASK_SIZES];
    const size = sizeOf(normal, { cpu: Cpu, memory: Memory });
    expect([Cpu, Memory]).toEqual([expect.any(String), expect.any(String)]);
    for (const part of ['cpu', 'memory'] as const) expect(size[part]).toBeGreaterThan(normal[part]);
  });

  test('notes size and reason in the timeline', () => {
    expect(environmentOf(larger).TIMELINE_NOTE).toBe(
      `States.Format('retried after {} with ${Cpu} CPU units and ${Memory} MiB of memory', $.smallerTask.Error)`,
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
  const catching = Object.entries(States).filter(([, { Catch }]) => Catch);
  expect(catching.map(([name]) => name).toSorted()).toEqual(
    [...normal.map(([name]) => name), 'CompleteJob'].toSorted(),
  );
});
