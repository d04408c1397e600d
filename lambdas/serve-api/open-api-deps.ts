import { readConfig } from '../../base/config.ts';
import { dynamoDb, eventBridge, lambda, presigningS3, sfn, sns, sqs } from '../../core/aws/clients.ts';
import { EventTargets } from '../../core/aws/event-targets.ts';
import { Executions } from '../../core/aws/executions.ts';
import { FunctionCalls } from '../../core/aws/function-calls.ts';
import { PresignedUrls } from '../../core/aws/presigned-urls.ts';
import { openQueue } from '../../core/entry/open-queue.ts';
import { openStores } from '../../core/entry/stores.ts';
import { JobQueries } from '../../core/jobs/job-queries.ts';
import { Announcements } from '../../core/lifecycle/announcements.ts';
import { BackfillReports } from '../../core/lifecycle/backfill-reports.ts';
import { DeadLetterQueue } from '../../core/lifecycle/dead-letter-queue.ts';
import { QueueClient } from '../../core/queue/queue-client.ts';
import { QueueView } from '../../core/queue/queue-view.ts';
import { type ApiDeps, SETTINGS } from './api-deps.ts';
import { SharedReads } from './waiting/shared-reads.ts';
import { WaitingPlaces } from './waiting/waiting-places.ts';

/** Opens the API's dependencies on AWS or on the local cloud, as configured by the environment. */
export function openApiDeps(environment: Readonly<Record<string, string | undefined>>): ApiDeps {
  const config = readConfig(environment, SETTINGS);
  const executions = new Executions(sfn());
  const queue = openQueue(config);
  const now = () => new Date();
  const stores = openStores(config);
  const functions = lambda();
  return {
    ...stores,
    queue,
    queueView: new QueueView(queue, now),
    waitingPlaces: new WaitingPlaces(
      new QueueClient(dynamoDb(), config.QUEUE_TABLE),
      config.MAX_WAITING_REQUESTS,
      now,
    ),
    sharedReads: new SharedReads(stores.jobs),
    queries: new JobQueries(dynamoDb(), config.JOB_TABLE),
    executions,
    backfillReports: new BackfillReports(stores.objects, config.OUTPUT_BUCKET),
    announcements: new Announcements(eventBridge(), sqs(), config),
    deadLetters: new DeadLetterQueue(sqs(), config.DEAD_LETTER_QUEUE_URL),
    undelivered: new DeadLetterQueue(sqs(), config.UNDELIVERED_QUEUE_URL),
    eventTargets: new EventTargets(executions, functions, sns()),
    functions: new FunctionCalls(functions),
    presigned: new PresignedUrls(presigningS3()),
    config,
    now,
  };
}
