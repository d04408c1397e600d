import { readConfig } from '../../base/config.ts';
import { sfn } from '../../core/aws/clients.ts';
import { Executions } from '../../core/aws/executions.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openStores } from '../../core/entry/stores.ts';
import { removeOutputs, SETTINGS } from './remove-outputs.ts';

const config = readConfig(process.env, SETTINGS);
const deps = { ...openStores(config), executions: new Executions(sfn()), config, now: () => new Date() };

export const handler = lambdaHandler('remove-outputs', (event: unknown) => removeOutputs(deps, event));
