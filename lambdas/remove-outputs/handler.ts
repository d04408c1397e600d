import { sfn } from '../../core/aws.ts';
import { readConfig } from '../../core/config.ts';
import { Executions } from '../../core/executions.ts';
import { lambdaHandler } from '../../core/lambda-handler.ts';
import { openStores } from '../../core/stores.ts';
import { removeOutputs, SETTINGS } from './remove-outputs.ts';

const deps = {
  ...openStores(readConfig(process.env, SETTINGS)),
  executions: new Executions(sfn()),
  now: () => new Date(),
};

export const handler = lambdaHandler('remove-outputs', (event: unknown) => removeOutputs(deps, event));
