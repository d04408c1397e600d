export type ExecutionStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

export interface Execution {
  arn: string;
  name: string;
  stateMachineArn: string;
  /** Of the definition it was started with: a redrive runs the same. */
  definition: string;
  /** JSON text, as `output`. */
  input: string;
  status: ExecutionStatus;
  /** Epoch milliseconds, as all dates. */
  startDate: number;
  stopDate?: number | undefined;
  output?: string | undefined;
  error?: string | undefined;
  cause?: string | undefined;
  redriveCount: number;
  redriveDate?: number | undefined;
  /** Events in its history. */
  events: number;
  /** The state of the machine's top level that was entered last, where a redrive goes on, and the input it had. */
  current?: { state: string; input: string } | undefined;
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html */
const REDRIVABLE_MS = 14 * 24 * 3600 * 1000;
const REDRIVABLE_EVENTS = 24_999;

/** Why an execution cannot be redriven, in Step Functions' words; undefined where it can. */
export function notRedrivableReason(execution: Execution, now: number): string | undefined {
  const { status, stopDate = 0, events } = execution;
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`;
  if (events >= REDRIVABLE_EVENTS) return 'Execution history event limit exceeded';
  if (now - stopDate > REDRIVABLE_MS) return 'Execution redrivable period exceeded';
  return undefined;
}
