import type { Pace } from '../../base/pacer.ts';

/**
 * Pace of DescribeExecution. The account's bucket holds 250 calls and refills by 10 a second in the
 * smaller Regions (300 and 15 in the largest), and the API and record-outcome need some of them:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const DESCRIBE_PACE: Pace = { perSecond: 7, burst: 100 };

/** Maximum number of rows per status and round. */
export const MAX_ROWS = 1_000;
/** Maximum number of executions per status and round, most recently started first. */
export const MAX_EXECUTIONS = 200;
