import * as z from 'zod';
import { CATEGORY, CURSOR, IDENTIFIER, JOB_ID, KIND, MOMENT, STATUS } from './values.ts';

/** Longest wait in seconds: API Gateway gives up after 30, and the function answers after 29. */
export const MAX_WAIT_SECONDS = 25;
const WAIT = z.coerce.number().int().min(0).max(MAX_WAIT_SECONDS).optional();

export const JOB_QUERY = z.strictObject({
  wait: WAIT.describe(
    `Seconds (at most ${MAX_WAIT_SECONDS}) to wait while the job is as \`If-None-Match\` says, or does not exist yet; the answer comes within a second of a change. If too many requests wait already, the answer comes at once, with \`Retry-After\`.`,
  ),
});
export const JOB_PARAMS = z.strictObject({ jobId: JOB_ID });

export const JOB_ERROR = z
  .object({
    name: z.string(),
    category: CATEGORY,
    message: z.string(),
    advice: z.string(),
    state: z.string().optional(),
  })
  .meta({ id: 'JobError' });

const PROGRESS = z
  .object({
    phase: z
      .string()
      .describe(
        '`queued` while the job waits in line, `starting` once it has a slot and its work has not begun, then the step of the work. Lists say `queued` until the work begins.',
      ),
    percent: z.number().min(0).max(100),
    etaSeconds: z.number().optional(),
  })
  .meta({ id: 'JobProgress' });

const PLACE = z
  .object({
    position: z.number().int().min(1).describe('From 1, among the waiting jobs of its tenant.'),
    ahead: z
      .number()
      .int()
      .min(0)
      .describe('Estimate of how many jobs start before this one, those of other tenants included.'),
    estimatedStart: z.iso
      .datetime()
      .optional()
      .describe(
        'Estimate from how long the latest jobs took. It may move in either direction; absent before the first job of the queue has ended.',
      ),
  })
  .meta({
    id: 'QueuePlace',
    description:
      'Place in line of a job that waits for a slot. Tenants take turns, and within a tenant the first to come is the first to start.',
  });

const JOB_SUMMARY = z
  .object({
    jobId: JOB_ID,
    status: STATUS,
    kind: KIND.optional(),
    tenantId: IDENTIFIER.optional(),
    userId: IDENTIFIER.optional(),
    key: z.string(),
    size: z.number().int(),
    attempt: z.number().int(),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().optional(),
    progress: PROGRESS.optional(),
    error: JOB_ERROR.optional(),
    outputCount: z.number().int().optional(),
  })
  .meta({ id: 'JobSummary' });

export const OUTPUT = z
  .looseObject({
    key: z.string(),
    versionId: z
      .string()
      .optional()
      .describe(
        'Version of the object. Under the key alone, a newer upload replaces one output after another.',
      ),
    contentType: z.string(),
    size: z.number().int(),
    sha256: z.string(),
    /** Absent for the segments of a stream: the playlist route links to them. */
    url: z.url().optional(),
  })
  .meta({ id: 'Output', description: 'An output with its properties (width, height, durationSeconds …).' });

const FORMER_JOB = z
  .object({
    jobId: JOB_ID,
    status: STATUS,
    result: z
      .object({ thumbnails: z.array(OUTPUT) })
      .optional()
      .describe('Of a completed job: its outputs with the role `thumbnail`, with links.'),
  })
  .meta({
    id: 'FormerJob',
    deprecated: true,
    description: 'What clients of the first API read. Use the job itself.',
  });

export const JOB = JOB_SUMMARY.extend({
  queue: PLACE.optional().describe('Only while the job waits in line. A few seconds old at most.'),
  source: z.object({
    bucket: z.string(),
    key: z.string(),
    versionId: z.string().optional(),
    etag: z.string(),
    size: z.number().int(),
    contentType: z.string().optional(),
  }),
  timeline: z.array(
    z.object({
      at: z.string(),
      status: STATUS,
      attempt: z.number().int().optional(),
      note: z.string().optional(),
    }),
  ),
  timelineDropped: z
    .number()
    .int()
    .optional()
    .describe('Number of entries dropped from the middle of a long timeline. Absent if it is complete.'),
  profile: z
    .object({ name: z.string(), hash: z.string() })
    .optional()
    .describe(
      'Profile that the job was admitted with. Absent before its admission, and for jobs of earlier code.',
    ),
  degraded: z.array(z.string()),
  metadata: z.unknown().optional(),
  outputs: z.array(OUTPUT).optional(),
  manifest: z.object({ key: z.string(), versionId: z.string().optional(), url: z.url() }).optional(),
  playlistUrl: z
    .string()
    .optional()
    .describe('Path of the HLS master playlist in this API (see getPlaylist). Absent if there is no stream.'),
  outputsRemovedAt: z.string().optional(),
  outputsReplacedBy: z
    .string()
    .optional()
    .describe('Job of a newer upload to the key, whose outputs replaced those of this job.'),
  execution: z.object({ arn: z.string(), redriveCount: z.number().int(), consoleUrl: z.url() }),
  maxAttempts: z
    .number()
    .int()
    .describe(
      'Attempts that the API allows: the first, and the retries and redrives of MAX_PROCESSING_RETRIES. What the state machine retries by itself belongs to one attempt.',
    ),
  job: FORMER_JOB,
}).meta({ id: 'Job' });

/** Filter for jobs. An empty filter selects every job that the caller may see. */
export const JOB_FILTER = z.strictObject({
  status: STATUS.optional(),
  kind: KIND.optional(),
  user: IDENTIFIER.optional(),
  tenant: IDENTIFIER.optional().describe('For operators. Default: all tenants.'),
  from: MOMENT.optional().describe('Created at or after this time.'),
  to: MOMENT.optional().describe('Created at or before this time.'),
  cursor: CURSOR.optional().describe('`nextCursor` of the previous page. Use it with the same filter.'),
});
export type JobFilter = z.output<typeof JOB_FILTER>;

export const JOB_LIST_QUERY = JOB_FILTER.extend({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  key: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe(
      'Jobs of one upload key, the latest upload first. Fast however many jobs there are; they fit on one page.',
    ),
  wait: WAIT.describe(
    'Only with `key`: seconds to wait while the key has no such job, as after an upload whose event is under way. Otherwise as for a single job.',
  ),
  fileName: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('Beginning of the name that the file had when it was uploaded, in upper or lower case.'),
});
export type JobListFilter = Omit<z.output<typeof JOB_LIST_QUERY>, 'limit' | 'wait'>;
export const JOB_PAGE = z
  .object({ jobs: z.array(JOB_SUMMARY), nextCursor: CURSOR.optional() })
  .meta({ id: 'JobPage' });
export type JobPage = z.infer<typeof JOB_PAGE>;

export const HEALTH = z.object({ status: z.literal('healthy') }).meta({ id: 'Health' });

export const PROBLEM = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    errors: z.array(z.object({ at: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

export type Job = z.infer<typeof JOB>;
export type JobSummary = z.infer<typeof JOB_SUMMARY>;
export type QueuePlace = z.infer<typeof PLACE>;
export type Output = z.infer<typeof OUTPUT>;
export type Status = z.infer<typeof STATUS>;
