/**
 * Upload as described by its S3 event. `sequencer` orders the events of one key; `versionId` is
 * absent in an unversioned bucket.
 */
export interface Upload {
  bucket: string;
  key: string;
  versionId?: string | undefined;
  etag: string;
  sequencer: string;
  /** Bytes. */
  size: number;
}

/**
 * Pads a sequencer so that string comparison orders the events of one key (S3's hexadecimal values
 * vary in length).
 */
export function comparableSequencer(sequencer: string): string {
  return sequencer.toUpperCase().padEnd(32, '0');
}
