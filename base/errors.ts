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

/** How often the state machine tries again: with growing pauses, once, or not at all. */
type Retry = 'backoff' | 'once' | 'never';

export interface ErrorKind {
  category: ErrorCategory;
  status: FailedStatus;
  retry: Retry;
  /**
   * Only a state that starts a Fargate task can meet it. Absent: every state that runs code of
   * ours.
   */
  metBy?: 'task';
  /** What the reader can do about it. */
  advice: string;
}

const rejected = (advice: string): ErrorKind => ({
  ...{ category: 'processing', status: 'REJECTED', retry: 'never' },
  advice,
});
const cancelled = (advice: string): ErrorKind => ({ ...rejected(advice), status: 'CANCELLED' });
const failed =
  (category: ErrorCategory, retry: Retry) =>
  (advice: string, more: Partial<ErrorKind> = {}): ErrorKind => ({
    ...{ category, status: 'FAILED', retry },
    advice,
    ...more,
  });
const transient = failed('transient', 'backoff');
const configuration = failed('configuration', 'never');
const resource = failed('resource', 'once');

/**
 * Every error the product throws. Step Functions matches `Retry` on these names, so a name is part
 * of the state machine's contract and never derived from a class name, which a minifier may change.
 * Which state must retry which error follows from this table, and
 * tests/state-machines/tables.test.ts compares it with state-machines/media-pipeline.asl.json.
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
  ServiceUnavailable: transient('Retry once the service is healthy again.'),
  Interrupted: transient('Retry: the worker was stopped before it finished.'),
  NoCapacity: transient(
    'Redrive once Fargate has room again; ask for a higher vCPU quota, or allow fewer tasks at once, if it is the quota.',
    { metBy: 'task' },
  ),
  // Never thrown: the name of what is left when AcquireTaskSlot has waited long enough
  // (core/jobs/failure.ts).
  NoTaskSlot: resource(
    'Raise the limit of concurrent tasks of this kind, and the Fargate quota where it is the narrower one, then redrive.',
    { retry: 'never' },
  ),
  AccessDenied: configuration('Grant the role the permission that the message names, then redrive.'),
  MissingResource: configuration('Create what the message names, or correct the setting, then redrive.'),
  InvalidConfiguration: configuration('Correct the setting that the message names, then redrive.'),
  CorruptJobRow: configuration(
    'Mend or delete the row that the message names (docs/job-contract.md), then retry.',
  ),
  OutOfMemory: resource('Give the worker more memory, then redrive.'),
  OutOfDisk: resource('Give the worker more ephemeral storage, then redrive.'),
  TimedOut: resource('Raise the time-out or the worker size, then redrive.'),
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
