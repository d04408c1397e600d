import type { Job } from '../jobs/job.ts';

/** Manifest of the outputs that readers see. */
export interface PublishedSet {
  manifestKey: string;
  /** Absent in rows of earlier code. */
  manifestVersionId?: string | undefined;
}

/**
 * Returns the last whole set of outputs of a job: that of its last attempt if it has completed, or
 * that which outputs are being made again of, or were to be. Undefined if there is none.
 */
export function publishedSet(job: Job): PublishedSet | undefined {
  const { status, manifestKey, manifestVersionId, outputsRemovedAt, published } = job;
  if (status !== 'COMPLETED') return published;
  return manifestKey === undefined || outputsRemovedAt ? undefined : { manifestKey, manifestVersionId };
}
