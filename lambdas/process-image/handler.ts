import { readConfig } from '../../base/config.ts';
import { parseWorkOrder } from '../../contract/work-order.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openStores } from '../../core/entry/stores.ts';
import { measureWork } from '../../core/jobs/metrics.ts';
import { processImage, SETTINGS } from './process-image.ts';

const config = readConfig(process.env, SETTINGS);
const deps = { ...openStores(config), config };

export const handler = lambdaHandler('process-image', (event: unknown) => {
  const order = parseWorkOrder(event);
  return measureWork(config, order, () => processImage(deps, order));
});
