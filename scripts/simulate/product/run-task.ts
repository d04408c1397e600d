import type { SFNClient } from '@aws-sdk/client-sfn';
import { TaskTokens } from '../../../core/aws/task-tokens.ts';
import type { JobStore } from '../../../core/jobs/job-store.ts';
import { workOrderOf } from '../../../core/jobs/work-order.ts';
import { mayWork, releaseSlot } from '../../../core/queue/in-slot.ts';
import type { MortalProcess } from '../aws/mortal-process.ts';
import { resultOf, work } from './run-functions.ts';
import { openQueue, type World } from './world.ts';

export interface Task {
  jobId: string;
  token: string;
  /** Whether the state machine asked for more memory than that of the definition. */
  isLarger: boolean;
}

/**
 * What a Fargate task does between its start and its end: the calls of core/entry/task-token.ts and
 * task-main.ts in their order. Their own code keeps the heartbeats by the clock of the machine.
 */
export async function runTask(world: World, process: MortalProcess, task: Task): Promise<void> {
  const { rows, workSeconds, clock, random, outOfMemory } = world;
  const { jobId, token, isLarger } = task;
  const { queue, tokens } = openQueue(world, process);
  const row = await rows.get(jobId);
  const order = row && workOrderOf(row);
  if (!order) throw new Error(`Expected a work order in row ${jobId}`);
  if (!(await tokens.beat(token))) return;
  const now = () => clock.date();
  if (!(await mayWork({ queue, jobs: rows as unknown as JobStore, now }, order, token))) return;
  const stop = keepAlive(world, process, token);
  await work(world, order, workSeconds);
  if (!stop()) return;
  if (!isLarger && random.chance(outOfMemory)) {
    await tokens.fail(token, { error: 'OutOfMemory', cause: 'The task ran out of memory.' });
    return;
  }
  await releaseSlot(queue, order);
  await tokens.succeed(token, resultOf(order)).catch(() => false);
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
