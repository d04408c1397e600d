import type { S3Object } from './fauxqs-stores.ts';

export type ObjectVersion = S3Object & { versionId: string };

/** Version that makes its key appear deleted. */
export interface DeleteMarker {
  key: string;
  versionId: string;
  lastModified: Date;
  deleteMarker: true;
}

export type Version = ObjectVersion | DeleteMarker;

/** ID of a version that was written before the bucket had versioning. */
export const NULL_VERSION = 'null';

export function isMarker(version: Version): version is DeleteMarker {
  return 'deleteMarker' in version;
}
