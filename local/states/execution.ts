export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  arn: string;
  name: string;
  stateMachineArn: string;
  /** ID of the definition it was started with; a redrive uses the same one. */
  definition: string;
  /** JSON string, like `output`. */
  input: string;
  status: ExecutionStatus;
  /** Epoch milliseconds, like all dates. */
  startDate: number;
  stopDate?: number | undefined;
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
  redriveCount: number;
  redriveDate?: number | undefined;
  /** Number of events in its history. */
  events: number;
  /** Last top-level state that was entered, with its input. A redrive resumes there. */
  current?: { state: string; input: string } | undefined;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
const REDRIVABLE_MS = 14 * 24 * 3600 * 1000;
const REDRIVABLE_EVENTS = 24_999;

/**
 * Returns the reason why an execution cannot be redriven, as worded by Step Functions; undefined if
 * it can.
 */
export function notRedrivableReason(execution: Execution, now: number): string | undefined {
  const { status, stopDate = 0, events } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (events >= REDRIVABLE_EVENTS) return 'Execution history event limit exceeded';
  if (now - stopDate > REDRIVABLE_MS) return 'Execution redrivable period exceeded';
  return undefined;
}
