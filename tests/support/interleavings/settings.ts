import { readConfig } from '../../../base/config.ts';
import { SETTINGS as ADMISSION } from '../../../lambdas/admit-upload/admit-upload.ts';
import { SETTINGS as RECONCILIATION } from '../../../lambdas/reconcile-jobs/reconcile-jobs.ts';
import { SETTINGS as QUEUES } from '../../../lambdas/reconcile-queues/reconcile-queues.ts';

export const MACHINE = 'arn:aws:states:us-east-1:000000000000:stateMachine:media-pipeline';
export const MEDIA_BUCKET = 'media';
export const OUTPUT_BUCKET = 'outputs';
export const TABLE = 'jobs';
export const QUEUE_TABLE = 'queue';

export const CONFIG = readConfig(
  {
    JOB_TABLE: TABLE,
    QUEUE_TABLE,
    OUTPUT_BUCKET,
    DEAD_LETTER_QUEUE_URL: 'http://127.0.0.1/dead-letters.fifo',
    STATE_MACHINE_ARN: MACHINE,
    JOB_STATUS_TTL: String(365 * 86_400),
    MAX_PROCESSING_RETRIES: '20',
    // Many must wait.
    MAX_CONCURRENT_IMAGES: '1',
    MAX_CONCURRENT_VIDEO_TASKS: '1',
  },
  [...ADMISSION, ...RECONCILIATION, ...QUEUES],
);
