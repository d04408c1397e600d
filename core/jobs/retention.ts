/**
 * `TimeoutSeconds` of the state machine: no execution, waiting included, lasts longer. A redrive
 * starts it anew: https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 */
export const EXECUTION_SECONDS = 172_800;
/** Time for events about the end of an execution: EventBridge delivers for up to 24 hours. */
const SETTLING_SECONDS = 24 * 3600;

/**
 * Returns the seconds that a row lives after its job was last started: `ttl`, or longer if needed.
 */
export function retentionSeconds(ttl: number): number {
  return Math.max(ttl, EXECUTION_SECONDS + SETTLING_SECONDS);
}

/**
 * Returns `expiresAt` of a job that starts now, in epoch seconds. Its row must outlive its
 * execution, which could not complete the job without it.
 */
export function expiryOf(now: Date, ttl: number): number {
  return Math.floor(now.getTime() / 1000) + retentionSeconds(ttl);
}
