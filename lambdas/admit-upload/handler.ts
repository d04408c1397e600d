import { readConfig } from '../../base/config.ts';
import { sfn } from '../../core/aws/clients.ts';
import { Executions } from '../../core/aws/executions.ts';
import { TaskTokens } from '../../core/aws/task-tokens.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openQueue } from '../../core/entry/open-queue.ts';
import { openStores } from '../../core/entry/stores.ts';
import { type AdmitUploadInput, admitUpload, SETTINGS } from './admit-upload.ts';
import { reportAdmission } from './report-admission.ts';

const config = readConfig(process.env, SETTINGS);
const tokens = new TaskTokens(sfn());
const deps = {
  ...openStores(config),
  executions: new Executions(sfn()),
  queue: openQueue(config),
  config,
  now: () => new Date(),
};

export const handler = lambdaHandler('admit-upload', async (input: AdmitUploadInput) =>
  reportAdmission(tokens, input, await admitUpload(deps, input)),
);
