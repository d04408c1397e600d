/** Error of a state, as Retry and Catch match it. */
export class StateError extends Error {
  readonly error: string;

  constructor(error: string, cause = '') {
    super(cause);
    this.error = error;
  }
}
