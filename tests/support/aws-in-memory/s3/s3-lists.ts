import { onlyKnown } from '../aws-error.ts';
import type { ObjectVersion, S3Bucket } from './s3-bucket.ts';

interface ListInput {
  Bucket: string;
  Prefix?: string;
  MaxKeys?: number;
  ContinuationToken?: string;
  StartAfter?: string;
  KeyMarker?: string;
  VersionIdMarker?: string;
}

/** ListObjectsV2 in pages of at most `pageSize` keys. */
export function listObjects(bucket: S3Bucket, input: ListInput, pageSize: number) {
  onlyKnown('ListObjectsV2Command', input, [
    'Bucket',
    'Prefix',
    'MaxKeys',
    'ContinuationToken',
    'StartAfter',
  ]);
  const after = input.ContinuationToken ?? input.StartAfter ?? '';
  const found = bucket
    .versions(input.Prefix)
    .filter((version) => bucket.isLatest(version) && version.body && isAfter(version.key, after));
  const page = found.slice(0, Math.min(input.MaxKeys ?? pageSize, pageSize));
  const truncated = page.length < found.length;
  return {
    Contents: page.map(({ key, etag, body }) => ({ Key: key, ETag: etag, Size: body?.length })),
    KeyCount: page.length,
    IsTruncated: truncated,
    NextContinuationToken: truncated ? page.at(-1)?.key : undefined,
  };
}

/** ListObjectVersions in pages of at most `pageSize` versions and markers. */
export function listVersions(bucket: S3Bucket, input: ListInput, pageSize: number) {
  onlyKnown('ListObjectVersionsCommand', input, [
    ...['Bucket', 'Prefix', 'MaxKeys', 'KeyMarker', 'VersionIdMarker'],
  ]);
  const all = bucket.versions(input.Prefix);
  const rest = all.slice(startOf(all, input));
  const page = rest.slice(0, Math.min(input.MaxKeys ?? pageSize, pageSize));
  const truncated = page.length < rest.length;
  const entry = (version: ObjectVersion) => ({
    Key: version.key,
    VersionId: version.versionId,
    IsLatest: bucket.isLatest(version),
  });
  const last = page.at(-1);
  return {
    Versions: page.flatMap((one) =>
      one.body ? { ...entry(one), ETag: one.etag, Size: one.body.length } : [],
    ),
    DeleteMarkers: page.filter(({ body }) => !body).map(entry),
    IsTruncated: truncated,
    NextKeyMarker: truncated ? last?.key : undefined,
    NextVersionIdMarker: truncated ? last?.versionId : undefined,
  };
}

/** Starts after the marked version, or after all versions of the marked key. */
function startOf(all: readonly ObjectVersion[], { KeyMarker, VersionIdMarker }: ListInput): number {
  if (!KeyMarker) return 0;
  const marked = all.findIndex(({ key, versionId }) => key === KeyMarker && versionId === VersionIdMarker);
  if (marked >= 0) return marked + 1;
  const next = all.findIndex(({ key }) => isAfter(key, KeyMarker));
  return next < 0 ? all.length : next;
}

const isAfter = (key: string, other: string) => Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
