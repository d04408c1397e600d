import { readConfig } from '../../core/config.ts';
import { lambdaHandler } from '../../core/lambda-handler.ts';
import { measureWork } from '../../core/metrics.ts';
import { openStores } from '../../core/stores.ts';
import { processDocument, SETTINGS } from './process-document.ts';

const config = readConfig(process.env, SETTINGS);
const deps = { ...openStores(config), config };

export const handler = lambdaHandler('process-document', (order: Parameters<typeof processDocument>[1]) =>
  measureWork(order, () => processDocument(deps, order)),
);
