/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const TERMINAL = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** A task failed: `name` is what Retry and Catch match on, the message is the Cause. */
export class TaskError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }

  /** Terminal errors are for no Retry and no Catch; the interpreter asks for these two properties. */
  get isRetryable(): boolean {
    return !TERMINAL.has(this.name);
  }

  get isCatchable(): boolean {
    return !TERMINAL.has(this.name);
  }
}
