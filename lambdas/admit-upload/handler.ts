import { sfn } from '../../core/aws.ts';
import { readConfig } from '../../core/config.ts';
import { Executions } from '../../core/executions.ts';
import { lambdaHandler } from '../../core/lambda-handler.ts';
import { openStores } from '../../core/stores.ts';
import { admitUpload, SETTINGS } from './admit-upload.ts';

const config = readConfig(process.env, SETTINGS);
const deps = { ...openStores(config), executions: new Executions(sfn()), config, now: () => new Date() };

export const handler = lambdaHandler('admit-upload', (input: Parameters<typeof admitUpload>[1]) =>
  admitUpload(deps, input),
);
