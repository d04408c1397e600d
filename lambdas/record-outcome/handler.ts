import { readConfig } from '../../base/config.ts';
import { eventBridge, sfn, sqs } from '../../core/aws/clients.ts';
import { Executions } from '../../core/aws/executions.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openQueue } from '../../core/entry/open-queue.ts';
import { openStores } from '../../core/entry/stores.ts';
import { Announcements } from '../../core/lifecycle/announcements.ts';
import { recordOutcome, SETTINGS } from './record-outcome.ts';

const config = readConfig(process.env, SETTINGS);
const announcements = new Announcements(eventBridge(), sqs(), config);
const deps = {
  ...openStores(config),
  queue: openQueue(config),
  executions: new Executions(sfn()),
  announcements,
  config,
  now: () => new Date(),
};

export const handler = lambdaHandler('record-outcome', (event: unknown) => recordOutcome(deps, event));
