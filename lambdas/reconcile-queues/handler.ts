import { readConfig } from '../../base/config.ts';
import { pacer } from '../../base/pacer.ts';
import { dynamoDb, sfn } from '../../core/aws/clients.ts';
import { Executions } from '../../core/aws/executions.ts';
import { TaskTokens } from '../../core/aws/task-tokens.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openQueue } from '../../core/entry/open-queue.ts';
import { JobStore } from '../../core/jobs/job-store.ts';
import { reconcileQueues, SETTINGS } from './reconcile-queues.ts';
import { reportQueues } from './report-queues.ts';

const config = readConfig(process.env, SETTINGS);
const deps = {
  queue: openQueue(config),
  jobs: new JobStore(dynamoDb(), config.JOB_TABLE),
  // The rest of the account's calls is for the API, record-outcome and reconcile-jobs.
  executions: new Executions(sfn(), pacer({ perSecond: 2, burst: 100 })),
  tokens: new TaskTokens(sfn()),
  config,
  now: () => new Date(),
};

export const handler = lambdaHandler('reconcile-queues', async () =>
  reportQueues(await reconcileQueues(deps)),
);
