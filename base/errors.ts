/**
 * Whose fault a failure is, as operators think of it:
 * - `transient`: network, throttling, interruption. Retried with backoff and jitter, then dead-lettered.
 * - `processing`: the input. Never retried; the uploader must act.
 * - `configuration`: a permission, bucket or setting. Not retried; an operator must act.
 * - `resource`: memory, disk or time ran out. Retried once.
 */
export const ERROR_CATEGORIES = ['transient', 'processing', 'configuration', 'resource'] as const;
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

/** Where a job ends when an error ends its execution. */
export const FAILED_STATUSES = ['FAILED', 'REJECTED', 'CANCELLED'] as const;
export type FailedStatus = (typeof FAILED_STATUSES)[number];

export interface ErrorKind {
  category: ErrorCategory;
  status: FailedStatus;
  /** What the reader can do about it. */
  advice: string;
}

const rejected = (advice: string): ErrorKind => ({ category: 'processing', status: 'REJECTED', advice });
const cancelled = (advice: string): ErrorKind => ({ category: 'processing', status: 'CANCELLED', advice });
const failed = (category: ErrorCategory, advice: string): ErrorKind => ({
  category,
  status: 'FAILED',
  advice,
});

/**
 * Every error the product throws. Step Functions matches `Retry` on these names, so a name is part of the state
 * machine's contract (state-machines/media-pipeline.asl.json) and never derived from a class name, which a minifier may change.
 */
export const ERRORS = {
  InvalidUploadKey: rejected('Upload to tenants/{tenant}/users/{user}/media/{file}.'),
  EmptyFile: rejected('Upload the file again; the upload sent no bytes.'),
  FileTooLarge: rejected('Upload a smaller file, or ask the operator to raise the limit.'),
  UnsupportedMediaType: rejected('Convert the file to a supported format and upload it again.'),
  MediaTypeMismatch: rejected(
    'Rename the file to match its content, or export it again in the format its name says.',
  ),
  CorruptMedia: rejected('Open the original, export it again and upload the new file.'),
  TooManyPixels: rejected('Upload a version with fewer pixels, or ask the operator to raise the limit.'),
  TooManyFrames: rejected('Upload a shorter animation, or upload it as a video.'),
  DurationTooLong: rejected('Upload a shorter recording, or ask the operator to raise the limit.'),
  TooManyStreams: rejected('Export the file with fewer tracks and upload it again.'),
  TooManyPages: rejected('Split the document and upload the parts.'),
  EncryptedDocument: rejected('Remove the password and upload the document again.'),
  SourceDeleted: cancelled('Nothing to do: the upload was deleted before it was processed.'),
  Superseded: cancelled(
    'Nothing to do: a newer upload to the same key, a retry or a cancellation replaced this attempt.',
  ),
  ServiceUnavailable: failed('transient', 'Retry once the service is healthy again.'),
  Interrupted: failed('transient', 'Retry: the worker was stopped before it finished.'),
  NoCapacity: failed(
    'transient',
    'Redrive once Fargate has room again; ask for a higher vCPU quota, or allow fewer tasks at once, if it is the quota.',
  ),
  NoTaskSlot: failed(
    'resource',
    'Raise the limit of concurrent tasks of this kind, and the Fargate quota where it is the narrower one, then redrive.',
  ),
  AccessDenied: failed(
    'configuration',
    'Grant the role the permission that the message names, then redrive.',
  ),
  MissingResource: failed(
    'configuration',
    'Create what the message names, or correct the setting, then redrive.',
  ),
  InvalidConfiguration: failed('configuration', 'Correct the setting that the message names, then redrive.'),
  CorruptJobRow: failed(
    'configuration',
    'Mend or delete the row that the message names (docs/job-contract.md), then retry.',
  ),
  OutOfMemory: failed('resource', 'Give the worker more memory, then redrive.'),
  OutOfDisk: failed('resource', 'Give the worker more ephemeral storage, then redrive.'),
  TimedOut: failed('resource', 'Raise the time-out or the worker size, then redrive.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorName = keyof typeof ERRORS;

/** An error with a name from the table above. The message says what was expected and what came. */
export class MediaError extends Error {
  override readonly name: ErrorName;

  constructor(name: ErrorName, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
  }

  get category(): ErrorCategory {
    return ERRORS[this.name].category;
  }
}
