/** Request that the object store is handling. */
export interface StoreRequest {
  /** Cause of a change, as named in S3 events. */
  reason: string;
  /** Version to read or to delete; in a copy, that of the source. Default: the current one. */
  versionId?: string | undefined;
  copies?: boolean;
  /** Address of the client; undefined if S3 itself acts. */
  address?: string | undefined;
  /** Adds headers to the response. */
  answer?: (headers: Record<string, string>) => void;
}
