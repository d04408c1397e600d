import { S3Error } from './fauxqs-stores.ts';
import type { StoreRequest } from './store-request.ts';
import { type DeleteMarker, isMarker, type Version } from './version.ts';

/**
 * Returns the error for reading a version that does not exist, or that is a delete marker:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
 */
export function absentVersion(
  marker: DeleteMarker | undefined,
  { versionId, copies, answer, resource }: Partial<StoreRequest> & { resource: string },
): S3Error {
  if (marker) answer?.({ 'x-amz-delete-marker': 'true', 'last-modified': marker.lastModified.toUTCString() });
  if (!versionId) return new S3Error('NoSuchKey', 'The specified key does not exist.', 404, resource);
  if (!marker) return new S3Error('NoSuchVersion', 'The specified version does not exist.', 404, resource);
  if (copies) {
    const message =
      'The source of a copy request may not specifically refer to a delete marker by version id.';
    return new S3Error('InvalidRequest', message, 400, resource);
  }
  answer?.({ allow: 'DELETE' });
  return new S3Error('MethodNotAllowed', 'The specified method is not allowed on a marker.', 405, resource);
}

/**
 * Returns the error of a write whose condition does not hold for the latest version of its key. A
 * delete marker counts as no object, unless it was created after the multipart upload began:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function refusedWrite(
  latest: Version | undefined,
  { 'if-match': match, 'if-none-match': noneMatch }: Record<string, unknown>,
  uploadBegan?: Date,
): S3Error | undefined {
  const etag = etagOf(latest);
  if (noneMatch === '*' && latest && uploadBegan && etag === undefined && latest.lastModified > uploadBegan) {
    const message = 'The object was deleted during the multipart upload; start another one.';
    return new S3Error('ConditionalRequestConflict', message, 409);
  }
  if (noneMatch === '*' && etag !== undefined) return preconditionFailed();
  if (typeof match !== 'string') return undefined;
  if (etag === undefined) return new S3Error('NoSuchKey', 'The specified key does not exist.', 404);
  return matches(etag, match) ? undefined : preconditionFailed();
}

/**
 * Returns the error of a delete whose condition does not hold for the latest version of its key,
 * even if the request names another version:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
 */
export function refusedDelete(latest: Version | undefined, match: unknown): S3Error | undefined {
  // The one case in which S3 distinguishes a delete marker from no object.
  if (latest && isMarker(latest) && match === '*') return preconditionFailed();
  return refusedWrite(latest, { 'if-match': match });
}

export function refusedRead(version: Version | undefined, match: unknown): S3Error | undefined {
  const etag = etagOf(version);
  return etag === undefined || typeof match !== 'string' || matches(etag, match)
    ? undefined
    : preconditionFailed();
}

const etagOf = (version: Version | undefined) => (version && !isMarker(version) ? version.etag : undefined);

function matches(etag: string, match: string): boolean {
  return match === '*' || match.replaceAll('"', '') === etag.replaceAll('"', '');
}

function preconditionFailed(): S3Error {
  const message = 'At least one of the pre-conditions you specified did not hold';
  return new S3Error('PreconditionFailed', message, 412);
}
