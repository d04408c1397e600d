export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** What lists of executions say. */
export interface ExecutionSummary {
  arn: string;
  name: string;
  stateMachineArn: string;
  status: ExecutionStatus;
  /** Epoch milliseconds, like all dates. */
  startDate: number;
  stopDate?: number | undefined;
  redriveCount: number;
  redriveDate?: number | undefined;
}

export interface Execution extends ExecutionSummary {
  /** ID of the definition it was started with; a redrive uses the same one. */
  definition: string;
  /** JSON string, like `output`. */
  input: string;
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
  /** Number of events in its history. */
  events: number;
  /** Last top-level state that was entered, with its input. A redrive resumes there. */
  current?: { state: string; input: string } | undefined;
}

export const summaryOf = ({
  arn,
  name,
  stateMachineArn,
  status,
  startDate,
  stopDate,
  redriveCount,
  redriveDate,
}: ExecutionSummary): ExecutionSummary => ({
  ...{ arn, name, stateMachineArn, status, startDate, stopDate, redriveCount, redriveDate },
});

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
