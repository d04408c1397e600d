import * as z from 'zod';
import { MediaError } from './errors.ts';

const text = z.string().trim().min(1);
const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false'])
    .default(fallback ? 'true' : 'false')
    .transform((value) => value === 'true');
const integer = (fallback: number, min: number, max: number) =>
  z.coerce.number().int().min(min).max(max).default(fallback);
const MiB = 1024 * 1024;

/** Every setting of the product, by the environment variable that carries it. Terraform variables set them; the local run takes them from the shell. */
export const SETTINGS = {
  /** Bucket that users upload to. */
  MEDIA_BUCKET: text,
  /** Bucket that outputs go to; a separate one, so that no output can start an execution. */
  OUTPUT_BUCKET: text,
  /** DynamoDB table of jobs, upload ledger and stem claims. */
  JOB_TABLE: text,
  /** FIFO queue of failed jobs. */
  DEAD_LETTER_QUEUE_URL: z.url(),
  EVENT_BUS_NAME: text.default('default'),
  STATE_MACHINE_ARN: text,
  /** Seconds that a job row is kept. */
  JOB_STATUS_TTL: integer(7 * 24 * 3600, 60, 10 * 365 * 24 * 3600),
  /** Attempts by retry and redrive on top of the first. */
  MAX_PROCESSING_RETRIES: integer(3, 0, 20),
  /** Seconds that one Fargate task may take. */
  PROCESSING_TIMEOUT: integer(6 * 3600, 60, 24 * 3600),
  /** Fargate tasks of a kind that run at once; further jobs wait (core/jobs/task-slots.ts). Each takes vCPUs of the account's quota. */
  MAX_CONCURRENT_VIDEO_TASKS: integer(20, 1, 1000),
  MAX_CONCURRENT_AUDIO_TASKS: integer(20, 1, 1000),
  MAX_CONCURRENT_OFFICE_TASKS: integer(10, 1, 1000),
  /** Share of these that one tenant may have at once, so that no tenant's burst keeps the others waiting for its end. 100: all. */
  MAX_TENANT_TASK_PERCENT: integer(75, 1, 100),
  /** Seconds between the heartbeats of a Fargate task. */
  TASK_HEARTBEAT_SECONDS: z.coerce.number().min(0.05).max(120).default(15),
  ENABLE_HLS_TRANSCODING: flag(true),
  ENABLE_AVIF: flag(false),
  /** Whether HEIC photos are decoded; off, they are rejected. HEVC, their compression and that of the same phones' videos, is patented. */
  ENABLE_HEIC: flag(true),
  ENABLE_LOUDNESS_NORMALIZATION: flag(false),
  /** Threads that sharp and ffmpeg may use; 0: one per core. */
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
  /** Pages that get a picture of their own. */
  MAX_PAGE_IMAGES: integer(20, 0, 2000),
  /** Whether CloudWatch metrics are also kept by tenant, each a metric that is billed. */
  METRICS_BY_TENANT: flag(false),
  /** Claims of the API's JWT that name tenant, user and role, and the role that sees every tenant. */
  API_TENANT_CLAIM: text.default('custom:tenant'),
  API_USER_CLAIM: text.default('sub'),
  API_ROLE_CLAIM: text.default('custom:role'),
  API_OPERATOR_ROLE: text.default('operator'),
  /** Whether the API believes the header X-Development-Identity: on one machine only. */
  ALLOW_DEVELOPMENT_IDENTITY: flag(false),
  /** Jobs that may run at once before the API reports a queue. */
  MAX_CONCURRENT_JOBS: integer(1000, 1, 1_000_000),
  /** Seconds without a sign of life after which reconcile-jobs looks at a job. */
  RECONCILE_AFTER_SECONDS: integer(300, 0, 24 * 3600),
  /** Where the command line finds the API, and what it shows there: a bearer token, or a development identity. */
  MEDIA_API_URL: z.url().default('http://127.0.0.1:4569'),
  MEDIA_API_TOKEN: text.optional(),
  MEDIA_API_IDENTITY: text.optional(),
} as const;

export type SettingName = keyof typeof SETTINGS;
export type Config<Name extends SettingName> = { [K in Name]: z.output<(typeof SETTINGS)[K]> };
type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the named settings from an environment, once, at the boundary. Throws `InvalidConfiguration` that lists everything wrong at once:
 * a missing or malformed setting, and any variable that looks like a misspelt one (it would silently do nothing).
 */
export function readConfig<Name extends SettingName>(
  environment: Environment,
  names: readonly Name[],
): Config<Name> {
  const problems = misspelt(environment);
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

function misspelt(environment: Environment): string[] {
  const names = Object.keys(SETTINGS);
  return Object.keys(environment).flatMap((variable) => {
    if (names.includes(variable)) return [];
    const meant = names.find((name) => name.length > 6 && withinTwoEdits(variable, name));
    return meant ? [`${variable} is not a setting; did you mean ${meant}?`] : [];
  });
}

/** Whether two names differ by at most two insertions, deletions or replacements (Levenshtein). */
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
