import type { WorkOrder } from '../../contract/work-order.ts';
import type { Job } from './job.ts';

/**
 * Returns the work order of a job, or undefined if the job has not been admitted (or by earlier
 * code, whose row does not have the terms).
 */
export function workOrderOf(job: Job): WorkOrder | undefined {
  const { jobId, executionArn, tenantId, userId, bucket, key, versionId = null, etag, size } = job;
  const { kind, contentType, stem, order, published } = job;
  if (!tenantId || !userId || !kind || !contentType || !stem || !order) return undefined;
  const { convert, timeoutSeconds, notes, profile, watermarks, focalPoint } = order;
  return {
    ...{ jobId, executionArn, tenantId, userId, bucket, key, versionId, etag, size },
    ...{ kind, contentType, stem, convert, timeoutSeconds },
    ...(notes && { notes }),
    ...(profile && { profile }),
    ...(focalPoint && { focalPoint }),
    ...(watermarks && { watermarks }),
    ...(published && { earlier: published }),
  };
}
