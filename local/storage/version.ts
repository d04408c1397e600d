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

/** Of all objects in memory, whose bodies are in files: each Buffer, even an empty one, takes 200 bytes. */
export const NO_BODY = Buffer.alloc(0);

/** ID of a version that was written before the bucket had versioning. */
export const NULL_VERSION = 'null';

export function isMarker(version: Version): version is DeleteMarker {
  return 'deleteMarker' in version;
}
