import { readConfig } from '../../base/config.ts';
import { pacer } from '../../base/pacer.ts';
import { dynamoDb, eventBridge, sfn, sqs } from '../../core/aws/clients.ts';
import { Executions } from '../../core/aws/executions.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openQueue } from '../../core/entry/open-queue.ts';
import { openStores } from '../../core/entry/stores.ts';
import { JobQueries } from '../../core/jobs/job-queries.ts';
import { Announcements } from '../../core/lifecycle/announcements.ts';
import { DESCRIBE_PACE } from './describe-pace.ts';
import { reconcileJobs, SETTINGS } from './reconcile-jobs.ts';
import { reportRepairs } from './report-repairs.ts';

const config = readConfig(process.env, SETTINGS);
const deps = {
  ...openStores(config),
  queue: openQueue(config),
  queries: new JobQueries(dynamoDb(), config.JOB_TABLE),
  executions: new Executions(sfn(), pacer(DESCRIBE_PACE)),
  announcements: new Announcements(eventBridge(), sqs(), config),
  config,
  now: () => new Date(),
};

export const handler = lambdaHandler('reconcile-jobs', async () => reportRepairs(await reconcileJobs(deps)));
