import { isMarker, type Version } from './version.ts';
import type { VersionedObjects } from './versioned-objects.ts';

/** Retention of noncurrent versions: the default of `noncurrent_version_days` in Terraform. */
export const NONCURRENT_DAYS = 30;
const DAY = 86_400_000;

/**
 * Applies the buckets' lifecycle rule for old versions (terraform/s3_lifecycle.tf), so that they do
 * not fill the disk. S3 sends an event for each deletion:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
 */
export function expireVersions(objects: VersionedObjects, now: number): void {
  objects.request.run({ reason: 'Lifecycle Expiration' }, () => {
    for (const { name: bucket } of objects.listBuckets()) {
      for (const [key, versions] of [...objects.historyOf(bucket)]) {
        for (const { versionId } of expired(versions, now)) objects.remove(bucket, key, versionId);
      }
    }
  });
}

/**
 * Returns the versions that a newer one replaced too long ago, and a delete marker that hides
 * nothing after that.
 */
function expired(versions: readonly Version[], now: number): Version[] {
  const old = versions.filter((_version, i) => {
    const next = versions[i + 1];
    return next && now - next.lastModified.getTime() > NONCURRENT_DAYS * DAY;
  });
  const latest = versions.at(-1);
  return latest && isMarker(latest) && old.length === versions.length - 1 ? [...old, latest] : old;
}
