/**
 * Limit of an execution's history: eight events of each chunk, of 25,000, leave room for its retries
 * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
 */
export const MAX_CHUNKS = 1_000;
/** Iterations of an inline Map state at once: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html */
export const MAX_CHUNK_TASKS = 40;
