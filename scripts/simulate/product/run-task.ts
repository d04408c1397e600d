import type { SFNClient } from '@aws-sdk/client-sfn';
import { TaskTokens } from '../../../core/aws/task-tokens.ts';
import { type PartEnvironment, readTaskPart, type TaskPart } from '../../../core/entry/task-part.ts';
import { inSlot } from '../../../core/entry/task-slot.ts';
import type { JobStore } from '../../../core/jobs/job-store.ts';
import { workOrderOf } from '../../../core/jobs/work-order.ts';
import type { MortalProcess } from '../aws/mortal-process.ts';
import { resultOf, work } from './run-functions.ts';
import { openQueue, type World } from './world.ts';

export interface Task {
  jobId: string;
  token: string;
  /** Which part of the job it does. */
  variables: PartEnvironment;
  /** Whether the state machine asked for more memory than that of the definition. */
  isLarger: boolean;
}

/** Seconds in which a film is split, and joined. */
const AROUND_SECONDS = 30;

/**
 * What a Fargate task does between its start and its end: the calls of core/entry/task-token.ts and
 * task-main.ts in their order. Their own code keeps the heartbeats by the clock of the machine.
 */
export async function runTask(world: World, process: MortalProcess, task: Task): Promise<void> {
  const { rows, clock, random, outOfMemory, chunks } = world;
  const { jobId, token, isLarger } = task;
  const { queue, tokens } = openQueue(world, process);
  const row = await rows.get(jobId);
  const order = row && workOrderOf(row);
  if (!order) throw new Error(`Expected a work order in row ${jobId}`);
  const part = readTaskPart(task.variables as NodeJS.ProcessEnv);
  if (!(await tokens.beat(token))) return;
  let stop = () => true;
  const { mayStart, work: inItsSlot } = inSlot(
    { queue, jobs: rows as unknown as JobStore, token, part, now: () => clock.date() },
    async () => {
      stop = keepAlive(world, process, token);
      const isAfter = part.name === 'chunk' || part.name === 'join';
      await work(world, order, secondsOf(world, part), isAfter);
      if (!stop()) throw new Superseded();
      if (!isLarger && random.chance(outOfMemory))
        throw Object.assign(new Error('The task ran out of memory.'), { name: 'OutOfMemory' });
      if (part.name === 'chunk') return { chunk: part.chunk, damaged: false };
      if (part.name !== 'whole' || chunks === 0) return resultOf(order);
      return { split: { chunks: Array.from({ length: chunks }, (_, chunk) => chunk), concurrency: 1 } };
    },
  );
  if (!(await mayStart(order))) return;
  const run = { signal: new AbortController().signal, onProgress: () => {}, settled: async () => {} };
  try {
    const result = await inItsSlot(order, run);
    await tokens.succeed(token, result).catch(() => false);
  } catch (error) {
    const { name, message } = error as Error;
    if (error instanceof Superseded) return;
    if (name !== 'OutOfMemory') throw error;
    await tokens.fail(token, { error: name, cause: message });
  }
}

/** The token of a task is no longer valid. */
class Superseded extends Error {}

function secondsOf({ workSeconds, chunks }: World, { name }: TaskPart): number {
  if (name === 'unsplit' || chunks === 0) return workSeconds;
  return name === 'chunk' ? workSeconds / chunks : AROUND_SECONDS;
}

/** Reports a task that died, as report-stopped-task does. */
export async function reportStopped(world: World, { token }: Task): Promise<void> {
  await world.functions.invokeAsync('report-stopped-task', async (process) => {
    const cause = 'The task stopped before it finished.';
    await openQueue(world, process).tokens.fail(token, { error: 'Interrupted', cause });
  });
}

/** Sends heartbeats while the work goes on. Returns whether the token is still valid, and stops. */
function keepAlive({ clock, states, heartbeatSeconds }: World, process: MortalProcess, token: string) {
  const tokens = new TaskTokens(states as unknown as SFNClient);
  let [isOn, isValid] = [true, true];
  const again = async () => {
    if (!isOn || process.isDead) return;
    isValid = await tokens.beat(token).catch(() => true);
    if (isValid) clock.after(heartbeatSeconds * 1000, () => void again());
  };
  clock.after(heartbeatSeconds * 1000, () => void again());
  return () => {
    isOn = false;
    return isValid;
  };
}
