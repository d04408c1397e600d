/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html */
const TERMINAL = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** Failure of a task. Retry and Catch match on `name`; the message is the Cause. */
export class TaskError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }

  /** Terminal errors match no Retry and no Catch; the interpreter reads these two properties. */
  get isRetryable(): boolean {
    return !TERMINAL.has(this.name);
  }

  get isCatchable(): boolean {
    return !TERMINAL.has(this.name);
  }
}
