/** Event of an upload key. */
export interface KeyEvent {
  bucket: string;
  key: string;
  sequencer: string;
}

/**
 * Latest event of an upload key, by S3's sequencer. Outlives the job rows, to order late events.
 */
export interface LedgerEntry {
  sequencer: string;
  /**
   * Job of the latest upload; after a delete, of the deleted upload (absent if its upload event was
   * never received).
   */
  latestJobId?: string;
  versionId?: string;
  deleted: boolean;
  /** Epoch seconds: DynamoDB's TTL attribute. Set if and only if deleted (docs/adr/0018-lifetimes.md). */
  expiresAt?: number;
  /**
   * Jobs of the key's uploads since its last deletion, latest first, at least back to the last one
   * that has completed. Absent in entries of earlier code.
   */
  jobIds?: string[];
  /** `jobIds` before the last deletion. */
  deletedJobIds?: string[];
}

/** Returns the jobs of the key's uploads since its last deletion, latest first. */
export function jobsOf({ jobIds, latestJobId }: Partial<LedgerEntry>): string[] {
  return jobIds ?? (latestJobId ? [latestJobId] : []);
}
