import { randomBytes } from 'node:crypto';
import type { EventEntry } from '../events/event.ts';

/** Successful write or delete of an object. */
export interface ObjectChange {
  type: 'Object Created' | 'Object Deleted';
  bucket: string;
  /** Object key, not URL-encoded. */
  key: string;
  /** Size in bytes. */
  size?: number;
  /** ETag in quotes, as in the S3 API. */
  etag?: string;
  /** API call that caused the change, as named in S3 events. */
  reason: string;
  sourceAddress: string;
}

/**
 * Builds the event that S3 sends to EventBridge:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function objectEvent(change: ObjectChange, sequencer: string, account: string): EventEntry {
  const deleted = change.type === 'Object Deleted';
  return {
    source: 'aws.s3',
    detailType: change.type,
    resources: [`arn:aws:s3:::${change.bucket}`],
    detail: {
      version: '0',
      bucket: { name: change.bucket },
      object: {
        key: change.key,
        ...(!deleted && { size: change.size, etag: change.etag?.replaceAll('"', '') }),
        sequencer,
      },
      'request-id': randomBytes(8).toString('hex').toUpperCase(),
      requester: account,
      'source-ip-address': change.sourceAddress,
      reason: change.reason,
      ...(deleted && { 'deletion-type': 'Permanently Deleted' }),
    },
  };
}
