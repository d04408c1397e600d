import { readConfig } from '../../base/config.ts';
import { sfn } from '../../core/aws/clients.ts';
import { Executions } from '../../core/aws/executions.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openStores } from '../../core/entry/stores.ts';
import { admitUpload, SETTINGS } from './admit-upload.ts';

const config = readConfig(process.env, SETTINGS);
const deps = { ...openStores(config), executions: new Executions(sfn()), config, now: () => new Date() };

export const handler = lambdaHandler('admit-upload', (input: Parameters<typeof admitUpload>[1]) =>
  admitUpload(deps, input),
);
