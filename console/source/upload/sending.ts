import type { Owner } from './tickets.ts';

/** File being uploaded from this page to S3. */
export interface Sending {
  file: File;
  owner: Owner;
  signal: AbortSignal;
  onProgress: (sentBytes: number) => void;
}
