import { readConfig } from '../../base/config.ts';
import { parseDocumentOrder } from '../../contract/work-order.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openStores } from '../../core/entry/stores.ts';
import { measureWork } from '../../core/jobs/metrics.ts';
import { processDocument, SETTINGS } from './process-document.ts';

const config = readConfig(process.env, SETTINGS);
const deps = { ...openStores(config), config };

export const handler = lambdaHandler('process-document', (event: unknown) => {
  const order = parseDocumentOrder(event);
  return measureWork(config, order, () => processDocument(deps, order));
});
