import { Announcements } from '../../core/announcements.ts';
import { eventBridge, sfn, sqs } from '../../core/aws.ts';
import { readConfig } from '../../core/config.ts';
import { Executions } from '../../core/executions.ts';
import { lambdaHandler } from '../../core/lambda-handler.ts';
import { openStores } from '../../core/stores.ts';
import { recordOutcome, SETTINGS } from './record-outcome.ts';

const config = readConfig(process.env, SETTINGS);
const announcements = new Announcements(eventBridge(), sqs(), config);
const deps = {
  ...openStores(config),
  executions: new Executions(sfn()),
  announcements,
  config,
  now: () => new Date(),
};

export const handler = lambdaHandler('record-outcome', (event: unknown) => recordOutcome(deps, event));
