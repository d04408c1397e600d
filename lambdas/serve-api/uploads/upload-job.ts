import type { UploadJob } from '../../../contract/upload-api.ts';
import { jobIdOfVersion } from '../../../core/jobs/job.ts';
import type { ApiDeps } from '../api-deps.ts';

const JOBS = '/api/media/jobs';

/** Where the job of an upload will be that S3 has not received yet. */
export function jobOfKey(key: string): UploadJob {
  return {
    url: `${JOBS}?key=${encodeURIComponent(key)}`,
    exists: false,
    reason:
      'The job begins with the S3 event of the finished upload, and its id depends on the version that S3 gives the object.',
  };
}

/** Returns the job of an upload that S3 has received, or where it will be. */
export async function jobOfVersion(
  { jobs }: Pick<ApiDeps, 'jobs'>,
  { bucket, key }: { bucket: string; key: string },
  versionId: string | undefined,
): Promise<UploadJob> {
  // Without versions, the id depends on the sequencer, which only the event knows.
  if (!versionId) return jobOfKey(key);
  const jobId = jobIdOfVersion({ bucket, key }, versionId);
  const exists = (await jobs.get(jobId)) !== undefined;
  const reason = exists
    ? 'The S3 event of the upload has started it.'
    : 'S3 has the object; its event, which starts the job, is still under way, mostly for a second or two.';
  return { jobId, url: `${JOBS}/${jobId}`, exists, reason };
}
