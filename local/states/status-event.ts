import type { EventEntry } from '../events/event.ts';
import { type Execution, notRedrivableReason } from './execution.ts';

/**
 * Maximum combined size of input and output in an event, in bytes:
 * https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
const MAX_BYTES = 248 * 1024;

/** Builds the event for a status change. */
export function statusEvent(execution: Execution): EventEntry {
  const { arn, name, stateMachineArn, status, startDate, input, redriveCount } = execution;
  const { stopDate = null, output = null, error = null, cause = null, redriveDate = null } = execution;
  const included = Buffer.byteLength(input) + Buffer.byteLength(output ?? '') <= MAX_BYTES;
  const reason = notRedrivableReason(execution, Date.now()) ?? null;
  return {
    source: 'aws.states',
    detailType: 'Step Functions Execution Status Change',
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name,
      status,
      startDate,
      stopDate,
      input: included ? input : null,
      output: included ? output : null,
      inputDetails: { included },
      outputDetails: output === null ? null : { included },
      error,
      cause,
      redriveCount,
      redriveDate,
      redriveStatus: reason ? 'NOT_REDRIVABLE' : 'REDRIVABLE',
      redriveStatusReason: reason,
    },
  };
}
