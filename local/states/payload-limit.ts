import { LIMITS } from '../limits.ts';
import { TaskError } from './task-error.ts';

export function exceedsLimit(json: string): boolean {
  return json.length * 3 > LIMITS.payloadBytes && Buffer.byteLength(json) > LIMITS.payloadBytes;
}

/** Throws `States.DataLimitExceeded` if the payload is too large. */
export function assertWithinLimit(state: string, json: string): void {
  if (exceedsLimit(json)) throw dataLimitExceeded(state);
}

export function dataLimitExceeded(state: string): TaskError {
  return new TaskError(
    'States.DataLimitExceeded',
    `The state/task '${state}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
