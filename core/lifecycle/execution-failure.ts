import type { Executions } from '../aws/executions.ts';
import { describeFailure, type Ending, type Failure } from '../jobs/failure.ts';

/**
 * Describes the failure of an ended execution, with the state that failed, except after an abort.
 */
export async function executionFailure(
  { executions }: { executions: Executions },
  executionArn: string,
  ending: Ending,
): Promise<Failure> {
  const state = ending.status === 'ABORTED' ? undefined : await executions.lastState(executionArn);
  return describeFailure(ending, state);
}

export function hasFailed(status: string | undefined): status is Ending['status'] {
  return status === 'FAILED' || status === 'TIMED_OUT' || status === 'ABORTED';
}
