import { setTimeout as sleep } from 'node:timers/promises';
import { MediaError } from '../../base/errors.ts';
import { log } from '../../base/log.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import type { JobProgress } from '../../media/progress.ts';
import type { TaskTokens } from '../aws/task-tokens.ts';
import type { JobStore } from '../jobs/job-store.ts';

/** The work of a task program; what it gives becomes the state's result. */
export type TaskWork = (
  order: WorkOrder,
  run: { signal: AbortSignal; onProgress: (progress: JobProgress) => void },
) => Promise<object>;

export interface TaskRun {
  tokens: TaskTokens;
  jobs: JobStore;
  order: WorkOrder;
  /** Absent when a person runs the program by hand: then it just runs. */
  token: string | undefined;
  heartbeatSeconds: number;
  work: TaskWork;
  /** Aborts when the task must stop early (SIGTERM). */
  stop: AbortSignal;
}

/** How a task ended: reported to Step Functions, or not, because nobody waits for it any more. */
export type TaskEnd =
  | { outcome: 'succeeded'; result: object }
  | { outcome: 'failed'; error: Error }
  | { outcome: 'superseded' };

/** At most one write of progress to the job row in this time. */
const PROGRESS_MILLISECONDS = 2_000;
/** Limits of SendTaskFailure: https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html */
const MAX_CAUSE = 32_768;

/**
 * The whole contract between a Fargate task and Step Functions: heartbeats while the work runs, its progress on the job row, and one
 * report at the end. A heartbeat that nobody waits for, or a row that another execution owns, aborts the work; it must then publish nothing.
 */
export async function runTask(task: TaskRun): Promise<TaskEnd> {
  const superseded = new AbortController();
  const ended = new AbortController();
  const supersede = () =>
    superseded.abort(new MediaError('Superseded', 'Nobody waits for this task any more.'));
  const beating = beat(task, ended.signal, supersede);
  const progress = progressWriter(task, supersede);
  try {
    const result = await task.work(task.order, {
      signal: AbortSignal.any([superseded.signal, task.stop]),
      onProgress: progress.report,
    });
    await progress.settled();
    return (await reportTask(task, { outcome: 'succeeded', result })) ?? { outcome: 'superseded' };
  } catch (cause) {
    await progress.settled();
    if (superseded.signal.aborted) return { outcome: 'superseded' };
    const error = task.stop.aborted
      ? new MediaError('Interrupted', 'The task was told to stop before it finished.', { cause })
      : (cause as Error);
    return (await reportTask(task, { outcome: 'failed', error })) ?? { outcome: 'superseded' };
  } finally {
    ended.abort();
    await beating;
  }
}

async function beat(
  { tokens, token, heartbeatSeconds }: TaskRun,
  ended: AbortSignal,
  supersede: () => void,
): Promise<void> {
  while (token && !ended.aborted) {
    try {
      if (!(await tokens.beat(token))) return supersede();
    } catch (error) {
      // A missed beat is no reason to stop: HeartbeatSeconds allows for many.
      log.warn('heartbeat failed', { error: error as Error });
    }
    await sleep(heartbeatSeconds * 1000, undefined, { signal: ended }).catch(() => {});
  }
}

function progressWriter({ jobs, order, token }: TaskRun, supersede: () => void) {
  let writing: Promise<void> = Promise.resolve();
  let last = { at: 0, percent: -1, phase: '' };
  const write = async (progress: JobProgress) => {
    try {
      const row = await jobs.progress(
        order.jobId,
        { executionArn: order.executionArn },
        progress,
        new Date().toISOString(),
      );
      if (!row && token) supersede();
    } catch (error) {
      log.warn('progress not written', { error: error as Error });
    }
  };
  return {
    report(progress: JobProgress) {
      const percent = Math.max(last.percent, Math.min(100, progress.percent));
      const due = Date.now() - last.at >= PROGRESS_MILLISECONDS;
      if (!due || (percent === last.percent && progress.phase === last.phase)) return;
      last = { at: Date.now(), percent, phase: progress.phase };
      writing = writing.then(() => write({ ...progress, percent: Math.round(percent) }));
    },
    settled: () => writing,
  };
}

/** Tells Step Functions how a task ended; undefined where nobody waits any more. */
export async function reportTask<End extends TaskEnd>(
  { tokens, token }: Pick<TaskRun, 'tokens' | 'token'>,
  end: End,
): Promise<End | undefined> {
  if (!token || end.outcome === 'superseded') return end;
  const awaited =
    end.outcome === 'succeeded'
      ? await tokens.succeed(token, end.result)
      : await tokens.fail(token, { error: end.error.name.slice(0, 256), cause: cause(end.error) });
  return awaited ? end : undefined;
}

/** In the form that Lambda gives its errors, so that one reader serves both. */
const cause = ({ name, message }: Error) =>
  JSON.stringify({ errorType: name, errorMessage: message.slice(0, MAX_CAUSE / 4) });
