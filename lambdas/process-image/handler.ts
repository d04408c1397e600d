import { readConfig } from '../../core/config.ts';
import type { WorkOrder } from '../../core/job.ts';
import { lambdaHandler } from '../../core/lambda-handler.ts';
import { measureWork } from '../../core/metrics.ts';
import { openStores } from '../../core/stores.ts';
import { processImage, SETTINGS } from './process-image.ts';

const config = readConfig(process.env, SETTINGS);
const deps = { ...openStores(config), config };

export const handler = lambdaHandler('process-image', (order: WorkOrder) =>
  measureWork(order, () => processImage(deps, order)),
);
