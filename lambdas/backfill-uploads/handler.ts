import { readConfig } from '../../base/config.ts';
import { sfn } from '../../core/aws/clients.ts';
import { Executions } from '../../core/aws/executions.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openStores } from '../../core/entry/stores.ts';
import { BackfillReports } from '../../core/lifecycle/backfill-reports.ts';
import { type BackfillInput, backfillUploads, SETTINGS } from './backfill-uploads.ts';

const config = readConfig(process.env, SETTINGS);
const stores = openStores(config);
const deps = {
  ...stores,
  reports: new BackfillReports(stores.objects, config.OUTPUT_BUCKET),
  executions: new Executions(sfn()),
  config,
  now: () => new Date(),
};

export const handler = lambdaHandler('backfill-uploads', (input: BackfillInput) =>
  backfillUploads(deps, input),
);
