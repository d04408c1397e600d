import * as z from 'zod';
import { MAX_CHUNK_TASKS } from './chunk-limits.ts';
import { MediaError } from './errors.ts';

const text = z.string().trim().min(1);
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true');
const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
/** Values per tenant: `acme=3,globex=0.5`. */
const perTenant = (value: z.ZodType<number>) =>
  z
    .string()
    .default('')
    .transform((list, context) => {
      const values: Record<string, number> = {};
      for (const entry of list.split(',').filter((part) => part.trim())) {
        const [, tenant, number] = /^\s*([\w-]{1,64})\s*=\s*([\d.]+)\s*$/.exec(entry) ?? [];
        const parsed = value.safeParse(number);
        if (tenant && parsed.success) values[tenant] = parsed.data;
        else context.addIssue(`expected tenant=number in range, separated by commas, at ${entry.trim()}`);
      }
      return values;
    });
/** Some of these words, the first among them: `h264,hevc`. */
const wordsOf = <const Word extends string>(words: readonly [Word, ...Word[]]) =>
  z
    .string()
    .default(words.join(','))
    .transform((list, context) => {
      const parts = list.split(',').map((part) => part.trim());
      const known = words.filter((word) => parts.includes(word));
      if (known[0] === words[0] && parts.every((part) => words.some((word) => word === part))) return known;
      context.addIssue(`expected ${words[0]}, or with others of ${words.join(',')}`);
      return z.NEVER;
    });
const MiB = 1024 * 1024;

/**
 * All settings, keyed by environment variable. Terraform sets the variables on AWS; the local run
 * reads them from the shell.
 */
export const SETTINGS = {
  /** Bucket that users upload to. */
  MEDIA_BUCKET: text,
  /** Bucket for outputs; separate, so that no output can start an execution. */
  OUTPUT_BUCKET: text,
  /** DynamoDB table of jobs, upload ledger and stem claims. */
  JOB_TABLE: text,
  /** FIFO queue of failed jobs. */
  DEAD_LETTER_QUEUE_URL: z.url(),
  /** Queue of events that EventBridge or Lambda could not deliver. */
  UNDELIVERED_QUEUE_URL: z.url(),
  EVENT_BUS_NAME: text.default('default'),
  STATE_MACHINE_ARN: text,
  /** State machine of backfills (state-machines/media-backfill.asl.json). */
  BACKFILL_STATE_MACHINE_ARN: text,
  /** Name of the function that previews profiles (lambdas/preview-profile). */
  PREVIEW_FUNCTION: text,
  /**
   * Retention of a job row after the job was last started, in seconds. Never shorter than an
   * execution can last (core/jobs/retention.ts).
   */
  JOB_STATUS_TTL: integer(7 * 24 * 3600, 60, 10 * 365 * 24 * 3600),
  /** Attempts allowed after the first, by retry or redrive. */
  MAX_PROCESSING_RETRIES: integer(3, 0, 20),
  /**
   * Time limit of one Fargate task, in seconds. Longer than the HeartbeatSeconds of its state
   * (300), as the language requires (https://states-language.net/spec.html#task-state), and than
   * LibreOffice's runs for one document (media/office/run-soffice.ts): a document may take their
   * time, and must then be refused instead of fail.
   */
  PROCESSING_TIMEOUT: integer(6 * 3600, 600, 24 * 3600),
  /** DynamoDB table of slots and waiting jobs (core/queue/queue-table.ts). */
  QUEUE_TABLE: text,
  /**
   * Maximum number of concurrent Fargate tasks per kind; further jobs wait in line
   * (core/queue/job-queue.ts). Each task counts against the account's vCPU quota.
   */
  MAX_CONCURRENT_VIDEO_TASKS: integer(20, 1, 1000),
  MAX_CONCURRENT_AUDIO_TASKS: integer(20, 1, 1000),
  MAX_CONCURRENT_OFFICE_TASKS: integer(10, 1, 1000),
  /**
   * Maximum number of images, and of documents, processed at once; further ones wait in line. 0: no
   * limit but the concurrency of the function, which serves tenants in no order. Office documents
   * wait for their conversion only.
   */
  MAX_CONCURRENT_IMAGES: integer(0, 0, 1000),
  MAX_CONCURRENT_DOCUMENTS: integer(0, 0, 1000),
  /**
   * Films: a video of more seconds than CHUNK_ABOVE_SECONDS is split into chunks of CHUNK_SECONDS, which
   * as many Fargate tasks encode at once as there are free slots, at most MAX_VIDEO_CHUNK_TASKS (an
   * inline Map state runs MAX_CHUNK_TASKS iterations at once). 0: no video is split. A chunk has whole segments of
   * six seconds (media/video/segments.ts).
   */
  CHUNK_ABOVE_SECONDS: integer(1200, 0, 7 * 24 * 3600),
  CHUNK_SECONDS: z.coerce.number().int().min(6).max(1800).multipleOf(6).default(300),
  MAX_VIDEO_CHUNK_TASKS: integer(8, 1, MAX_CHUNK_TASKS),
  /**
   * Percentage of these slots that one tenant may hold, so that one tenant's burst does not block
   * the others. 100: all. TENANT_PERCENTS has exceptions: `acme=100,globex=10`.
   */
  MAX_TENANT_TASK_PERCENT: integer(75, 1, 100),
  TENANT_PERCENTS: perTenant(z.coerce.number().int().min(1).max(100)),
  /**
   * Shares of tenants that wait: with `acme=3`, acme's jobs start three times as often as those of a
   * tenant with weight 1, the default.
   */
  TENANT_WEIGHTS: perTenant(z.coerce.number().min(0.01).max(1000)),
  /**
   * Seconds of waiting in line above which the API and an alarm report a degraded service. No job
   * waits longer than five days.
   */
  MAX_QUEUE_WAIT_SECONDS: integer(3600, 60, 5 * 24 * 3600),
  /**
   * API requests that may wait for a change at the same time (`?wait=`), each in an instance of the
   * function serve-api: fewer than its concurrency. Others are answered at once. 0: none waits.
   */
  MAX_WAITING_REQUESTS: integer(20, 0, 1000),
  /**
   * Memory of a Fargate task in MiB, from its definition or, for a larger task, from the state
   * machine. A container without a limit of its own sees the memory of the machine, which may be
   * more: https://github.com/aws/copilot-cli/issues/5770
   */
  TASK_MEMORY_MIB: integer(4096, 512, 122_880),
  /** Seconds between heartbeats of a Fargate task. */
  TASK_HEARTBEAT_SECONDS: z.coerce.number().min(0.05).max(120).default(15),
  ENABLE_HLS_TRANSCODING: flag(true),
  ENABLE_AVIF: flag(false),
  /**
   * Decodes HEIC photos; when off, they are rejected. HEIC uses HEVC, which is patented; so do
   * videos from the same phones.
   */
  ENABLE_HEIC: flag(true),
  ENABLE_LOUDNESS_NORMALIZATION: flag(false),
  /**
   * What becomes of a recording or video that lacks its end (a crash, a broken transfer). keep: its
   * playable part is processed, and the job says that it is degraded. refuse: it is rejected.
   */
  TRUNCATED_MEDIA: z.enum(['keep', 'refuse']).default('keep'),
  /**
   * What becomes of a file whose extension belongs to another type of the same kind: HEIC named .jpg,
   * MPEG-TS named .mp4. note: it is processed by its content, and the job says so. refuse: it is
   * rejected. Across kinds it is always rejected.
   */
  EXTENSION_MISMATCH: z.enum(['note', 'refuse']).default('note'),
  /** Threads for sharp and ffmpeg; 0: one per core. */
  MEDIA_PROCESSOR_CONCURRENCY: integer(0, 0, 64),
  MAX_IMAGE_BYTES: integer(200 * MiB, 1, 5 * 1024 * MiB),
  MAX_IMAGE_PIXELS: integer(150_000_000, 1, 1_000_000_000),
  MAX_IMAGE_FRAMES: integer(1000, 1, 100_000),
  MAX_VIDEO_BYTES: integer(20 * 1024 * MiB, 1, 5 * 1024 * 1024 * MiB),
  MAX_VIDEO_PIXELS: integer(36_000_000, 1, 1_000_000_000),
  MAX_VIDEO_SECONDS: integer(4 * 3600, 1, 7 * 24 * 3600),
  MAX_AUDIO_BYTES: integer(5 * 1024 * MiB, 1, 5 * 1024 * 1024 * MiB),
  MAX_AUDIO_SECONDS: integer(12 * 3600, 1, 7 * 24 * 3600),
  MAX_DOCUMENT_BYTES: integer(200 * MiB, 1, 5 * 1024 * MiB),
  MAX_DOCUMENT_PAGES: integer(2000, 1, 100_000),
  /** Maximum number of pages rendered as images. */
  MAX_PAGE_IMAGES: integer(20, 0, 2000),
  /**
   * What a profile may ask for (docs/profiles.md): outputs of an image, pixels of one that may be
   * larger than its upload, effort of its encoder; renditions of a video, and the sum of their
   * maximum bitrates in bit/s, by which Terraform plans the disk of transcode-video; at least that
   * of the profile `default`, which all may use.
   */
  MAX_PROFILE_IMAGES: integer(16, 1, 32),
  MAX_PROFILE_PIXELS: integer(25_000_000, 1, 40_000_000),
  MAX_PROFILE_EFFORT: integer(6, 0, 9),
  MAX_PROFILE_RENDITIONS: integer(4, 1, 6),
  MAX_PROFILE_BITRATE: integer(9_200_000, 9_200_000, 240_000_000),
  /** Codecs of a video's renditions that a profile may ask for; HEVC is patented. */
  PROFILE_VIDEO_CODECS: wordsOf(['h264', 'hevc', 'av1']),
  /**
   * Profiles that Terraform manages (terraform/profiles.tf): the version ID of their object in the
   * output bucket. Absent: there are none.
   */
  MANAGED_PROFILES: text.optional(),
  /** Adds a tenant dimension to CloudWatch metrics; each tenant is billed as a separate metric. */
  METRICS_BY_TENANT: flag(false),
  /** JWT claims that carry tenant, user and role, and the role with access to all tenants. */
  API_TENANT_CLAIM: text.default('custom:tenant'),
  API_USER_CLAIM: text.default('sub'),
  API_ROLE_CLAIM: text.default('custom:role'),
  API_OPERATOR_ROLE: text.default('operator'),
  /** Trusts the X-Development-Identity header. For the local run only. */
  ALLOW_DEVELOPMENT_IDENTITY: flag(false),
  /** Seconds without an update after which reconcile-jobs checks a job. */
  RECONCILE_AFTER_SECONDS: integer(300, 0, 24 * 3600),
  /**
   * API address for the command line, and its credentials: a bearer token or a development
   * identity.
   */
  MEDIA_API_URL: z.url().default('http://127.0.0.1:4580'),
  /** Address of the console, which the command line opens. */
  MEDIA_CONSOLE_URL: z.url().optional(),
  MEDIA_API_TOKEN: text.optional(),
  MEDIA_API_IDENTITY: text.optional(),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Config<Name extends SettingName> = { [K in Name]: z.output<(typeof SETTINGS)[K]> };
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the named settings from an environment, once, at the boundary. Throws one
 * `InvalidConfiguration` that lists every problem: missing or malformed settings, and variables
 * that look like a misspelled setting (which would have no effect).
 */
export function readConfig<Name extends SettingName>(
  environment: Environment,
  names: readonly Name[],
): Config<Name> {
  const problems = misspelled(environment);
  const config: Partial<Record<SettingName, unknown>> = {};
  for (const name of names) {
    const value = environment[name];
    const parsed = SETTINGS[name].safeParse(value === '' ? undefined : value);
    if (parsed.success) config[name] = parsed.data;
    else
      problems.push(
        `${name}: ${parsed.error.issues[0]?.message}, got ${value === undefined ? 'nothing' : JSON.stringify(value)}`,
      );
  }
  if (problems.length > 0) throw new MediaError('InvalidConfiguration', `Settings: ${problems.join('; ')}`);
  return config as Config<Name>;
}

function misspelled(environment: Environment): string[] {
  const names = Object.keys(SETTINGS);
  return Object.keys(environment).flatMap((variable) => {
    if (names.includes(variable)) return [];
    const meant = names.find((name) => name.length > 6 && withinTwoEdits(variable, name));
    return meant ? [`${variable} is not a setting; did you mean ${meant}?`] : [];
  });
}

/**
 * Returns true if two names differ by at most two insertions, deletions or replacements
 * (Levenshtein).
 */
function withinTwoEdits(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 2) return false;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return (row[b.length] ?? 3) <= 2;
}
