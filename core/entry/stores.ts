import { dynamoDb, s3 } from '../aws/clients.ts';
import { ObjectStore } from '../aws/object-store.ts';
import { JobStore } from '../jobs/job-store.ts';
import { TaskSlots } from '../jobs/task-slots.ts';
import type { PublicationStores } from '../outputs/publication.ts';
import { UploadLedger } from '../uploads/upload-ledger.ts';

/** Creates the AWS-backed stores for a handler or task program. */
export function openStores({
  JOB_TABLE,
  OUTPUT_BUCKET = '',
}: {
  JOB_TABLE: string;
  OUTPUT_BUCKET?: string;
}): PublicationStores & { slots: TaskSlots } {
  const table = dynamoDb();
  return {
    jobs: new JobStore(table, JOB_TABLE),
    ledger: new UploadLedger(table, JOB_TABLE),
    slots: new TaskSlots(table, JOB_TABLE),
    objects: new ObjectStore(s3()),
    outputBucket: OUTPUT_BUCKET,
  };
}
