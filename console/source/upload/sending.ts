import type { Owner } from './tickets.ts';

/** A file on its way from this page to S3. */
export interface Sending {
  file: File;
  owner: Owner;
  signal: AbortSignal;
  onProgress: (sentBytes: number) => void;
}
