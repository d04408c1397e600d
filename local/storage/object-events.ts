import { randomBytes } from 'node:crypto';
import type { EventEntry } from '../events/event.ts';

/** Successful write or delete of an object. */
export type ObjectChange = {
  bucket: string;
  /** Object key, not URL-encoded. */
  key: string;
  /** Version that was written or deleted, or the new delete marker. */
  versionId: string;
  /** API call that caused the change, as named in S3 events. */
  reason: string;
  /** Address of the client; undefined if S3 itself made the change. */
  sourceAddress: string | undefined;
} & (
  | {
      type: 'Object Created';
      /** Size in bytes. */
      size: number;
      /** ETag in quotes, as in the S3 API. */
      etag: string;
    }
  | { type: 'Object Deleted'; deletion: 'Permanently Deleted' | 'Delete Marker Created' }
);

/** ETag of a delete marker in its event: that of no content. */
const EMPTY = 'd41d8cd98f00b204e9800998ecf8427e';

/**
 * Builds the event that S3 sends to EventBridge:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function objectEvent(change: ObjectChange, sequencer: string, account: string): EventEntry {
  const { bucket, key, versionId, reason, sourceAddress } = change;
  return {
    source: 'aws.s3',
    detailType: change.type,
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: '0',
      bucket: { name: bucket },
      object: { key, ...contentOf(change), 'version-id': versionId, sequencer },
      'request-id': randomBytes(8).toString('hex').toUpperCase(),
      requester: sourceAddress ? account : 's3.amazonaws.com',
      ...(sourceAddress && { 'source-ip-address': sourceAddress }),
      reason,
      ...(change.type === 'Object Deleted' && { 'deletion-type': change.deletion }),
    },
  };
}

function contentOf(change: ObjectChange): { size?: number; etag?: string } {
  if (change.type === 'Object Created') return { size: change.size, etag: change.etag.replaceAll('"', '') };
  return change.deletion === 'Delete Marker Created' ? { etag: EMPTY } : {};
}
