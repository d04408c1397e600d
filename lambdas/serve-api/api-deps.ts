import type { Config } from '../../base/config.ts';
import { BOUND_SETTINGS } from '../../contract/profiles/profile-bounds.ts';
import type { EventTargets } from '../../core/aws/event-targets.ts';
import type { FunctionCalls } from '../../core/aws/function-calls.ts';
import type { PresignedUrls } from '../../core/aws/presigned-urls.ts';
import type { JobQueries } from '../../core/jobs/job-queries.ts';
import type { BackfillReports } from '../../core/lifecycle/backfill-reports.ts';
import type { DeadLetterQueue } from '../../core/lifecycle/dead-letter-queue.ts';
import { END_JOB_SETTINGS, type EndJobDeps } from '../../core/lifecycle/end-job.ts';
import type { ProfileStores } from '../../core/profiles/choose-profile.ts';
import type { QueueView } from '../../core/queue/queue-view.ts';
import { BYTE_SETTINGS } from '../../core/uploads/max-bytes.ts';
import type { WatermarkImages } from '../../core/watermarks/watermark-images.ts';
import type { WatermarkRegistry } from '../../core/watermarks/watermark-registry.ts';
import { RECIPE_SETTINGS } from '../../media/planned-recipes.ts';
import type { SharedReads } from './waiting/shared-reads.ts';
import type { WaitingPlaces } from './waiting/waiting-places.ts';

export const SETTINGS = [
  ...END_JOB_SETTINGS,
  'UNDELIVERED_QUEUE_URL',
  'MEDIA_BUCKET',
  'STATE_MACHINE_ARN',
  'BACKFILL_STATE_MACHINE_ARN',
  'MAX_PROCESSING_RETRIES',
  'MAX_QUEUE_WAIT_SECONDS',
  'MAX_WAITING_REQUESTS',
  ...BYTE_SETTINGS,
  'EXTENSION_MISMATCH',
  ...BOUND_SETTINGS,
  ...RECIPE_SETTINGS,
  'MANAGED_PROFILES',
  'PREVIEW_FUNCTION',
  'API_TENANT_CLAIM',
  'API_USER_CLAIM',
  'API_ROLE_CLAIM',
  'API_OPERATOR_ROLE',
  'ALLOW_DEVELOPMENT_IDENTITY',
] as const;

export interface ApiDeps extends Omit<EndJobDeps, 'config'>, ProfileStores {
  watermarkRows: WatermarkRegistry;
  watermarkImages: WatermarkImages;
  queries: JobQueries;
  deadLetters: DeadLetterQueue;
  /** Queue of events that EventBridge or Lambda could not deliver. */
  undelivered: DeadLetterQueue;
  eventTargets: EventTargets;
  functions: FunctionCalls;
  presigned: PresignedUrls;
  backfillReports: BackfillReports;
  queueView: QueueView;
  waitingPlaces: WaitingPlaces;
  sharedReads: SharedReads;
  config: Config<(typeof SETTINGS)[number]>;
}
