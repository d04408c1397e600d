/**
 * `TimeoutSeconds` of the state machine: no execution, waiting included, lasts longer. A redrive
 * starts it anew: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
export const EXECUTION_SECONDS = 518_400;
/** Time for events about the end of an execution: EventBridge delivers for up to 24 hours. */
const SETTLING_SECONDS = 24 * 3600;
/** Retention of the dead-letter queue (terraform/queues.tf), and a day to redrive the last one. */
export const DEAD_LETTER_SECONDS = 15 * 24 * 3600;

/**
 * Returns the seconds that a row lives after its job was last started: `ttl`, or longer if needed.
 */
function retentionSeconds(ttl: number): number {
  return Math.max(ttl, EXECUTION_SECONDS + SETTLING_SECONDS);
}

/** Returns the longest that a row lives after its job was last started: with a dead letter. */
export function maxRetentionSeconds(ttl: number): number {
  return Math.max(retentionSeconds(ttl), EXECUTION_SECONDS + DEAD_LETTER_SECONDS);
}

/**
 * Returns `expiresAt` of a job that starts now, in epoch seconds. Its row must outlive its
 * execution, which could not complete the job without it.
 */
export function expiryOf(now: Date, ttl: number): number {
  return Math.floor(now.getTime() / 1000) + retentionSeconds(ttl);
}

/**
 * Returns `expiresAt` of the ledger entry of an upload that is deleted now, in epoch seconds: later
 * than any event of the upload can arrive, and than its row can be retried
 * (docs/adr/0018-lifetimes.md).
 */
export function tombstoneExpiryOf(now: Date, ttl: number): number {
  const seconds = Math.max(90 * 24 * 3600, maxRetentionSeconds(ttl) + 30 * 24 * 3600);
  return Math.floor(now.getTime() / 1000) + seconds;
}
