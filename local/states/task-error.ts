/** A task failed: `name` is what Retry and Catch match on, the message is the Cause. */
export class TaskError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}
