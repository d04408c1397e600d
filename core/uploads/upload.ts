/** One upload as S3's event tells it. `sequencer` orders the events of one key; `versionId` is absent on an unversioned bucket. */
export interface Upload {
  bucket: string;
  key: string;
  versionId?: string | undefined;
  etag: string;
  sequencer: string;
  /** Bytes. */
  size: number;
}

/** Pads a sequencer so that plain string comparison orders the events of one key (S3 gives hexadecimal of varying length). */
export function comparableSequencer(sequencer: string): string {
  return sequencer.toUpperCase().padEnd(32, '0');
}
