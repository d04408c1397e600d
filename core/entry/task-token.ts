import { setTimeout as sleep } from 'node:timers/promises';
import { MediaError } from '../../base/errors.ts';
import { log } from '../../base/log.ts';
import { namedIfMachine } from '../../base/machine-error.ts';
import type { WorkOrder } from '../../contract/work-order.ts';
import type { JobProgress } from '../../media/progress.ts';
import type { TaskTokens } from '../aws/task-tokens.ts';
import type { JobStore } from '../jobs/job-store.ts';

/** Work of a task program; its return value becomes the state's result. */
export type TaskWork = (
  order: WorkOrder,
  run: {
    signal: AbortSignal;
    onProgress: (progress: JobProgress) => void;
    /** Resolves when the progress reported so far has been written. */
    settled: () => Promise<void>;
  },
) => Promise<object>;

/** How a task writes its progress. */
export interface ProgressWriter {
  /** Minimum interval between writes. */
  milliseconds: number;
  /** Returns the row, or undefined if another execution owns it. */
  write: (order: WorkOrder, progress: JobProgress, at: string) => Promise<object | undefined>;
}

export interface TaskRun {
  tokens: TaskTokens;
  jobs: JobStore;
  order: WorkOrder;
  /** Task token; undefined when the program is run by hand, without reporting. */
  token: string | undefined;
  heartbeatSeconds: number;
  /** Decides whether to work now; if not, the task ends without a report. */
  mayStart?: (order: WorkOrder) => Promise<boolean>;
  work: TaskWork;
  /** What it works on, if not the whole job: the messages of its errors begin with that. */
  about?: string;
  /** Default: the job's progress, every two seconds. */
  progress?: ProgressWriter;
  /** Aborts when the task must stop early (SIGTERM). */
  stop: AbortSignal;
}

/**
 * Outcome of a task. `superseded`: the task token is no longer valid, so nothing was reported.
 * `waiting`: nothing was reported either; whoever has the token now will.
 */
export type TaskEnd =
  | { outcome: 'succeeded'; result: object }
  | { outcome: 'failed'; error: Error }
  | { outcome: 'superseded' }
  | { outcome: 'waiting' };

const jobProgress = (jobs: JobStore): ProgressWriter => ({
  milliseconds: 2_000,
  write: ({ jobId, executionArn }, progress, at) => jobs.progress(jobId, { executionArn }, progress, at),
});
/**
 * Length limit of SendTaskFailure's `cause`:
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html
 */
const MAX_CAUSE = 32_768;

/**
 * Implements the contract between a Fargate task and Step Functions: heartbeats while the work
 * runs, progress on the job row, and one report at the end. An invalid task token, or a row owned
 * by another execution, aborts the work, which must then publish nothing.
 */
export async function runTask(task: TaskRun): Promise<TaskEnd> {
  const superseded = new AbortController();
  const ended = new AbortController();
  const supersede = () =>
    superseded.abort(new MediaError('Superseded', 'The task token is no longer valid.'));
  // Before the work: a task that started after its state's timeout must not claim the job.
  if (!(await isExpected(task))) return { outcome: 'superseded' };
  const beating = beat(task, ended.signal, supersede);
  const progress = progressWriter(task, supersede);
  try {
    if (task.mayStart && !(await task.mayStart(task.order))) return { outcome: 'waiting' };
    const result = await task.work(task.order, {
      signal: AbortSignal.any([superseded.signal, task.stop]),
      onProgress: progress.report,
      settled: progress.settled,
    });
    await progress.settled();
    return (await reportTask(task, { outcome: 'succeeded', result })) ?? { outcome: 'superseded' };
  } catch (cause) {
    await progress.settled();
    if (superseded.signal.aborted) return { outcome: 'superseded' };
    const error = task.stop.aborted
      ? new MediaError('Interrupted', 'The task was told to stop before it finished.', { cause })
      : namedIfMachine(cause as Error);
    return (await reportTask(task, { outcome: 'failed', error })) ?? { outcome: 'superseded' };
  } finally {
    ended.abort();
    await beating;
  }
}

async function isExpected({ tokens, token }: TaskRun): Promise<boolean> {
  try {
    return !token || (await tokens.beat(token));
  } catch (error) {
    log.warn('heartbeat failed', { error: error as Error });
    return true;
  }
}

async function beat(
  { tokens, token, heartbeatSeconds }: TaskRun,
  ended: AbortSignal,
  supersede: () => void,
): Promise<void> {
  while (token && !ended.aborted) {
    await sleep(heartbeatSeconds * 1000, undefined, { signal: ended }).catch(() => {});
    if (ended.aborted) return;
    try {
      if (!(await tokens.beat(token))) return supersede();
    } catch (error) {
      // Keep going after a failed heartbeat: HeartbeatSeconds allows for several.
      log.warn('heartbeat failed', { error: error as Error });
    }
  }
}

function progressWriter({ jobs, order, token, progress }: TaskRun, supersede: () => void) {
  const writer = progress ?? jobProgress(jobs);
  let writing: Promise<void> = Promise.resolve();
  let last = { at: Number.NEGATIVE_INFINITY, percent: -1, phase: '' };
  const write = async (progress: JobProgress) => {
    try {
      const row = await writer.write(order, progress, new Date().toISOString());
      if (!row && token) supersede();
    } catch (error) {
      log.warn('progress not written', { error: error as Error });
    }
  };
  return {
    report(progress: JobProgress) {
      const percent = Math.max(last.percent, Math.min(100, progress.percent));
      const due = performance.now() - last.at >= writer.milliseconds;
      if (!due || (percent === last.percent && progress.phase === last.phase)) return;
      last = { at: performance.now(), percent, phase: progress.phase };
      writing = writing.then(() => write({ ...progress, percent: Math.round(percent) }));
    },
    settled: () => writing,
  };
}

/**
 * Reports the outcome of a task to Step Functions. Returns undefined if the task token is no longer
 * valid.
 */
export async function reportTask<End extends TaskEnd>(
  { tokens, token, about }: Pick<TaskRun, 'tokens' | 'token' | 'about'>,
  end: End,
): Promise<End | undefined> {
  if (!token || end.outcome === 'superseded' || end.outcome === 'waiting') return end;
  const reported =
    end.outcome === 'succeeded'
      ? await tokens.succeed(token, end.result)
      : await tokens.fail(token, { error: end.error.name.slice(0, 256), cause: cause(end.error, about) });
  return reported ? end : undefined;
}

/** Formats an error like Lambda does, so that one parser handles both. */
const cause = ({ name, message }: Error, about?: string) =>
  JSON.stringify({
    errorType: name,
    errorMessage: `${about ? `${about}: ` : ''}${message}`.slice(0, MAX_CAUSE / 4),
  });
