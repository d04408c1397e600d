import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Executions } from '../../../core/aws/executions.ts';
import { ObjectStore } from '../../../core/aws/object-store.ts';
import { ObjectVersions } from '../../../core/aws/object-versions.ts';
import { TaskTokens } from '../../../core/aws/task-tokens.ts';
import { JobQueries } from '../../../core/jobs/job-queries.ts';
import { JobStore } from '../../../core/jobs/job-store.ts';
import { Announcements } from '../../../core/lifecycle/announcements.ts';
import { ProfileDocuments } from '../../../core/profiles/profile-documents.ts';
import { ProfileRegistry } from '../../../core/profiles/profile-registry.ts';
import { JobQueue } from '../../../core/queue/job-queue.ts';
import { QueueStore } from '../../../core/queue/queue-store.ts';
import { StemClaims } from '../../../core/uploads/stem-claims.ts';
import { UploadLedger } from '../../../core/uploads/upload-ledger.ts';
import { WatermarkImages } from '../../../core/watermarks/watermark-images.ts';
import { WatermarkRegistry } from '../../../core/watermarks/watermark-registry.ts';
import { CONFIG, OUTPUT_BUCKET, QUEUE_TABLE, TABLE } from './settings.ts';

/** Returns everything that a handler of the product gets, on the client of one process. */
export function productDeps(client: unknown, now: () => Date) {
  const table = client as DynamoDBDocumentClient;
  const any = client as never;
  const jobs = new JobStore(table, TABLE);
  const tokens = new TaskTokens(any);
  const objects = new ObjectStore(any);
  return {
    jobs,
    ledger: new UploadLedger(table, TABLE),
    stems: new StemClaims(table, TABLE),
    queue: new JobQueue({ store: new QueueStore(table, QUEUE_TABLE), jobs, tokens, now }),
    objects,
    profiles: new ProfileRegistry(table, TABLE, { read: async () => ({}) }),
    documents: new ProfileDocuments(objects, OUTPUT_BUCKET),
    watermarkRows: new WatermarkRegistry(table, TABLE),
    watermarkImages: new WatermarkImages(objects, OUTPUT_BUCKET),
    versions: new ObjectVersions(any),
    queries: new JobQueries(table, TABLE, now),
    executions: new Executions(any),
    tokens,
    announcements: new Announcements(any, any, CONFIG),
    outputBucket: OUTPUT_BUCKET,
    config: CONFIG,
    now,
  };
}

export type ProductDeps = ReturnType<typeof productDeps>;
