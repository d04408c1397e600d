/**
 * Failure categories:
 * - `transient`: network, throttling, interruption. Retried with backoff and jitter, then
 *   dead-lettered.
 * - `processing`: a problem with the input. Never retried; the uploader must act.
 * - `configuration`: a problem with a permission, bucket or setting. Not retried; an operator must
 *   act.
 * - `resource`: memory, disk or time ran out. Retried once, a Fargate task with a larger size.
 */
export const ERROR_CATEGORIES = ['transient', 'processing', 'configuration', 'resource'] as const;
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

/** Statuses of a job whose execution ended with an error. */
export const FAILED_STATUSES = ['FAILED', 'REJECTED', 'CANCELLED'] as const;
export type FailedStatus = (typeof FAILED_STATUSES)[number];

/** Retry policy of the state machine: with exponential backoff, once, or never. */
type Retry = 'backoff' | 'once' | 'never';

export interface ErrorKind {
  category: ErrorCategory;
  status: FailedStatus;
  retry: Retry;
  /**
   * `task`: occurs only in states that start a Fargate task. Undefined: in all states that run the
   * pipeline's code.
   */
  metBy?: 'task';
  /** Recommended action for the reader. */
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
 * All errors the pipeline throws. `Retry` in the state machine matches these names, so they are
 * part of its contract and not derived from class names, which a minifier may change. The table
 * determines which state must retry which error; tests/state-machines/tables.test.ts compares it
 * with state-machines/media-pipeline.asl.json.
 */
export const ERRORS = {
  InvalidUploadKey: rejected('Upload to tenants/{tenant}/users/{user}/media/{file}.'),
  EmptyFile: rejected('Upload the file again; the upload had no content.'),
  FileTooLarge: rejected('Upload a smaller file, or ask the operator to raise the limit.'),
  UnsupportedMediaType: rejected('Convert the file to a supported format and upload it again.'),
  ProfileNotAllowed: rejected(
    'Name a profile that the tenant may use, or none; operators say which: GET /api/media/profiles.',
  ),
  WatermarkNotFound: rejected(
    'Have an operator store the watermark that the message names (PUT /api/media/watermarks/{name}), then retry; or name another profile.',
  ),
  InvalidFocalPoint: rejected(
    'Upload the file again with a focal point such as x-amz-meta-focal-point: 0.3,0.7, or without one.',
  ),
  MediaTypeMismatch: rejected(
    'Rename the file to match its content, or export it again in the format of its extension.',
  ),
  CorruptMedia: rejected('Open the original, export it again and upload the new file.'),
  TooManyPixels: rejected('Upload a version with fewer pixels, or ask the operator to raise the limit.'),
  TooManyFrames: rejected('Upload a shorter animation, or upload it as a video.'),
  ClipOutOfRange: rejected(
    'Upload a video that lasts beyond the beginning of the clip that its profile asks for, or name another profile.',
  ),
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
    'Redrive once Fargate has capacity again; if the vCPU quota is the limit, request a higher quota or allow fewer concurrent tasks.',
    { metBy: 'task' },
  ),
  // Never thrown: core/jobs/failure.ts assigns it when the wait in line takes too long.
  NoSlot: resource(
    'Raise the limit of concurrent jobs of this kind, and the Fargate quota if it is lower, then redrive.',
    { retry: 'never' },
  ),
  // Not a fault: ends the wait of a state whose task found no slot (core/queue/in-slot.ts).
  SlotGranted: transient('Redrive: the job was given a slot more often than its state may be retried.', {
    metBy: 'task',
  }),
  AccessDenied: configuration('Grant the role the permission that the message names, then redrive.'),
  MissingResource: configuration('Create what the message names, or correct the setting, then redrive.'),
  InvalidConfiguration: configuration('Correct the setting that the message names, then redrive.'),
  CorruptJobRow: configuration(
    'Fix or delete the row that the message names (docs/job-contract.md), then retry.',
  ),
  OutOfMemory: resource('Give the worker more memory, then redrive.'),
  OutOfDisk: resource('Give the worker more ephemeral storage, then redrive.'),
  TimedOut: resource('Raise the timeout or the worker size, then redrive.'),
} as const satisfies Record<string, ErrorKind>;

export type ErrorName = keyof typeof ERRORS;

/** Error with a name from ERRORS. The message states what was expected and what was found. */
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
