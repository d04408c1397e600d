import { dynamoDb, sfn } from '../aws/clients.ts';
import { TaskTokens } from '../aws/task-tokens.ts';
import { JobStore } from '../jobs/job-store.ts';
import { JobQueue } from '../queue/job-queue.ts';
import { QueueStore } from '../queue/queue-store.ts';

/** Creates the AWS-backed queue for a handler or task program. */
export function openQueue({ JOB_TABLE, QUEUE_TABLE }: { JOB_TABLE: string; QUEUE_TABLE: string }): JobQueue {
  const table = dynamoDb();
  return new JobQueue({
    store: new QueueStore(table, QUEUE_TABLE),
    jobs: new JobStore(table, JOB_TABLE),
    tokens: new TaskTokens(sfn()),
    now: () => new Date(),
  });
}
