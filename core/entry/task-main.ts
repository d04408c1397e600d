import { readConfig } from '../../base/config.ts';
import { log } from '../../base/log.ts';
import { sfn } from '../aws/clients.ts';
import { TaskTokens } from '../aws/task-tokens.ts';
import { METRICS_SETTINGS, measureWork } from '../jobs/metrics.ts';
import type { PublicationStores } from '../outputs/publication.ts';
import { openQueue } from './open-queue.ts';
import { partReports } from './part-reports.ts';
import { openStores } from './stores.ts';
import { readTaskOrder } from './task-order.ts';
import { readTaskPart, type TaskPart } from './task-part.ts';
import { inSlot } from './task-slot.ts';
import { reportTask, runTask, type TaskEnd, type TaskWork } from './task-token.ts';
import { withTimelineNote } from './timeline-note.ts';

/** Settings common to all task programs. */
export const TASK_SETTINGS = [
  'JOB_TABLE',
  'QUEUE_TABLE',
  'OUTPUT_BUCKET',
  'TASK_HEARTBEAT_SECONDS',
  ...METRICS_SETTINGS,
] as const;

/** Exit code after SIGTERM or SIGINT: 128 + 15, the shell's convention for SIGTERM. */
const TERMINATED = 143;
/** Exit code of a task that found no slot: EX_TEMPFAIL of sysexits.h. */
const WAITING = 75;

/** Opens the work of a task for its part of a job. */
type OpenWork = (stores: PublicationStores, part: TaskPart) => TaskWork;

/**
 * Runs a Fargate task program from its environment: the work order (core/entry/task-order.ts), the part of
 * it (core/entry/task-part.ts) and TASK_TOKEN (if absent, the result is printed to stdout). The exit
 * code matters only if the task could not report; report-stopped-task reads it then.
 */
export async function taskMain(name: string, work: OpenWork): Promise<void> {
  const token = process.env.TASK_TOKEN || undefined;
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const end = await run(name, token, stop.signal, work);
  if (end.outcome === 'failed') log.error('task failed', end.error);
  else log.info(`task ${end.outcome}`);
  if (!token && end.outcome === 'succeeded') process.stdout.write(`${JSON.stringify(end.result, null, 2)}\n`);
  process.exitCode = stop.signal.aborted
    ? TERMINATED
    : end.outcome === 'waiting'
      ? WAITING
      : end.outcome === 'failed' && !token
        ? 1
        : 0;
}

async function run(
  name: string,
  token: string | undefined,
  stop: AbortSignal,
  work: OpenWork,
): Promise<TaskEnd> {
  const tokens = new TaskTokens(sfn());
  let task: Parameters<typeof runTask>[0];
  try {
    const config = readConfig(process.env, TASK_SETTINGS);
    const stores = openStores(config);
    const order = await readTaskOrder(stores.jobs, process.env);
    log.appendKeys({ task: name, jobId: order.jobId, executionArn: order.executionArn });
    const heartbeatSeconds = config.TASK_HEARTBEAT_SECONDS;
    const part = readTaskPart(process.env);
    const unmeasured = work(stores, part);
    const measured: TaskWork = (...call) => measureWork(config, order, () => unmeasured(...call));
    const noted = withTimelineNote({ jobs: stores.jobs, note: process.env.TIMELINE_NOTE }, measured);
    task = {
      tokens,
      jobs: stores.jobs,
      order,
      token,
      heartbeatSeconds,
      work: noted,
      ...partReports(stores.jobs, part),
      stop,
      ...(token && inSlot({ queue: openQueue(config), jobs: stores.jobs, token, part }, noted)),
    };
  } catch (error) {
    // Report a startup failure immediately, rather than leave the state to its heartbeat timeout.
    return (
      (await reportTask({ tokens, token }, { outcome: 'failed', error: error as Error })) ?? {
        outcome: 'superseded',
      }
    );
  }
  return runTask(task);
}
