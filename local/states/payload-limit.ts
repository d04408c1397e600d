import { TaskError } from './task-error.ts';

/**
 * Maximum size of a state's input or output in bytes of JSON:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const MAX_BYTES = 256 * 1024;

export function exceedsLimit(json: string): boolean {
  return json.length * 3 > MAX_BYTES && Buffer.byteLength(json) > MAX_BYTES;
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
