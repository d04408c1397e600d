import { setImmediate } from 'node:timers/promises';
import { REGION } from '../resources.ts';
import { AS_JSON_TEXT, SETTING, type TaskSettings } from './definition.ts';
import type { Execution } from './execution.ts';
import { assertWithinLimit } from './payload-limit.ts';
import type { Replay } from './replay.ts';
import { TaskClock } from './task-clock.ts';
import { TaskError } from './task-error.ts';
import type { TaskTokens } from './task-tokens.ts';

/** Input of a service integration. */
export interface TaskCall {
  parameters: Record<string, unknown>;
  executionName: string;
  /**
   * Aborts when the task times out or its execution ends, with the error to throw as its reason.
   */
  signal: AbortSignal;
  /**
   * Must be called when the work starts. The timeout runs from then on, so that time spent waiting
   * for capacity on this machine does not count.
   */
  started: () => void;
}

/**
 * Resolves with the task's result, or with the response of the called service if the task waits for
 * a task token.
 */
export type Integration = (call: TaskCall) => Promise<unknown>;

export interface TaskStateRun {
  execution: Execution;
  state: string;
  settings: TaskSettings;
  integration: Integration;
  /** Set if the Parameters read a task token. */
  token: string | undefined;
  tokens: TaskTokens;
  /** Signal of the execution. */
  signal: AbortSignal;
  timeoutScale: number;
  replay: Replay;
  /** Iteration of an inline Map state that the task is in. */
  iteration: string | undefined;
  record: (type: string, details: Record<string, unknown>) => void;
}

const WAITING = '.waitForTaskToken';

/**
 * Runs one attempt of a Task state like Step Functions: timeout, heartbeat, payload limits and
 * history.
 */
export async function runTaskState(run: TaskStateRun, processed: unknown): Promise<unknown> {
  // The interpreter reports the states it enters a few microtasks late; the history must have them
  // first.
  await setImmediate();
  run.signal.throwIfAborted();
  const {
    [SETTING.TimeoutSecondsPath]: timeoutAt,
    [SETTING.HeartbeatSecondsPath]: heartbeatAt,
    ...parameters
  } = jsonTexts(processed) as Record<string, unknown>;
  const timeout = Number(timeoutAt ?? run.settings.timeout);
  const heartbeat = heartbeatAt === undefined ? run.settings.heartbeat : Number(heartbeatAt);
  const text = JSON.stringify(parameters);
  const replayed = run.replay.take(run.state, text, run.iteration);
  if (replayed) return replayed.output;

  const [resourceType, resource] = run.settings.resource.split(':').slice(-2);
  const record = (type: string, details: object = {}) =>
    run.record(type, { resourceType, resource, ...details });
  record('TaskScheduled', {
    region: REGION,
    parameters: text,
    timeoutInSeconds: timeout,
    ...(heartbeat && { heartbeatInSeconds: heartbeat }),
  });
  const clock = new TaskClock(run.signal, { timeout, heartbeat }, run.timeoutScale);
  try {
    assertWithinLimit(run.state, text);
    const result = await call(run, parameters, clock, record);
    const output = JSON.stringify(result);
    assertWithinLimit(run.state, output);
    run.signal.throwIfAborted();
    record('TaskSucceeded', { output, outputDetails: { truncated: false } });
    return result;
  } catch (error) {
    const { name, message } = error as Error;
    const type =
      name === 'States.Timeout' || name === 'States.HeartbeatTimeout' ? 'TaskTimedOut' : 'TaskFailed';
    if (!run.signal.aborted) record(type, { error: name, cause: message });
    throw error;
  } finally {
    clock.stop();
  }
}

async function call(
  { execution, settings, integration, token, tokens }: TaskStateRun,
  parameters: Record<string, unknown>,
  clock: TaskClock,
  record: (type: string, details?: object) => void,
): Promise<unknown> {
  const waits = settings.resource.endsWith(WAITING);
  if (waits && !token)
    throw new TaskError('States.Runtime', 'Expected Parameters that pass $$.Task.Token to the task');
  const { signal } = clock;
  const started = () => {
    record('TaskStarted');
    clock.start();
  };
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const answer = waits && token ? tokens.wait(token, () => clock.beat(), signal) : undefined;
  answer?.catch(() => undefined);
  const working = integration({ parameters, executionName: execution.name, signal, started });
  if (!answer) return await Promise.race([working, aborted]);
  const submitted = working.then((output) => {
    if (!signal.aborted)
      record('TaskSubmitted', { output: JSON.stringify(output), outputDetails: { truncated: false } });
    return answer;
  });
  // The worker may report its result before the call that started it has returned.
  return await Promise.race([answer, submitted, aborted]);
}

function jsonTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonTexts);
  if (typeof value !== 'object' || value === null) return value;
  if (AS_JSON_TEXT in value) return JSON.stringify(value[AS_JSON_TEXT]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonTexts(inner)]));
}
