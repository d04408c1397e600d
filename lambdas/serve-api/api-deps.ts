import type { Config } from '../../core/config.ts';
import type { DeadLetterQueue } from '../../core/dead-letter-queue.ts';
import type { JobQueries } from '../../core/job-queries.ts';
import type { PresignedUrls } from '../../core/presigned-urls.ts';
import { SETTINGS as OUTCOME_SETTINGS, type RecordOutcomeDeps } from '../record-outcome/record-outcome.ts';

export const SETTINGS = [
  ...OUTCOME_SETTINGS,
  'MEDIA_BUCKET',
  'STATE_MACHINE_ARN',
  'MAX_PROCESSING_RETRIES',
  'MAX_CONCURRENT_JOBS',
  'MAX_IMAGE_BYTES',
  'MAX_VIDEO_BYTES',
  'MAX_AUDIO_BYTES',
  'MAX_DOCUMENT_BYTES',
  'API_TENANT_CLAIM',
  'API_USER_CLAIM',
  'API_ROLE_CLAIM',
  'API_OPERATOR_ROLE',
  'ALLOW_DEVELOPMENT_IDENTITY',
] as const;

export interface ApiDeps extends Omit<RecordOutcomeDeps, 'config'> {
  queries: JobQueries;
  deadLetters: DeadLetterQueue;
  presigned: PresignedUrls;
  config: Config<(typeof SETTINGS)[number]>;
}
