import { Announcements } from '../../core/announcements.ts';
import { dynamoDb, eventBridge, sfn, sqs } from '../../core/aws.ts';
import { readConfig } from '../../core/config.ts';
import { Executions } from '../../core/executions.ts';
import { JobQueries } from '../../core/job-queries.ts';
import { lambdaHandler } from '../../core/lambda-handler.ts';
import { openStores } from '../../core/stores.ts';
import { reconcileJobs, SETTINGS } from './reconcile-jobs.ts';
import { reportRepairs } from './report-repairs.ts';

const config = readConfig(process.env, SETTINGS);
const deps = {
  ...openStores(config),
  queries: new JobQueries(dynamoDb(), config.JOB_TABLE),
  executions: new Executions(sfn()),
  announcements: new Announcements(eventBridge(), sqs(), config),
  config,
  now: () => new Date(),
};

export const handler = lambdaHandler('reconcile-jobs', async () => reportRepairs(await reconcileJobs(deps)));
