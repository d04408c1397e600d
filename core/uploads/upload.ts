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
  return sequencer.toUpperCase().padEnd(PADDED_DIGITS, '0');
}

const PADDED_DIGITS = 32;
const ADDED_DIGITS = 16;

/** Sequencer of an upload found in S3 without any known event: sorts before every event of S3. */
export const FIRST_SEQUENCER = '0';

/**
 * Returns a sequencer for an upload that was found in S3 after the event with this sequencer was
 * known. Digits are added beyond those that S3 uses, so it sorts after that event and before any
 * later event of S3:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function sequencerJustAfter(sequencer: string): string {
  const known = comparableSequencer(sequencer);
  const isOurs = known.length === PADDED_DIGITS + ADDED_DIGITS;
  const base = isOurs ? known.slice(0, PADDED_DIGITS) : known;
  const added = isOurs ? BigInt(`0x${known.slice(PADDED_DIGITS)}`) : 0n;
  return base + (added + 1n).toString(16).toUpperCase().padStart(ADDED_DIGITS, '0');
}
