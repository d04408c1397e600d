import { readConfig } from '../../base/config.ts';
import { parseWorkOrder } from '../../contract/work-order.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openQueue } from '../../core/entry/open-queue.ts';
import { openStores } from '../../core/entry/stores.ts';
import { measureWork } from '../../core/jobs/metrics.ts';
import { releaseSlot } from '../../core/queue/in-slot.ts';
import { processImage, SETTINGS } from './process-image.ts';

const config = readConfig(process.env, SETTINGS);
const deps = { ...openStores(config), config };
const queue = config.MAX_CONCURRENT_IMAGES > 0 ? openQueue(config) : undefined;

export const handler = lambdaHandler('process-image', async (event: unknown) => {
  const order = parseWorkOrder(event);
  const result = await measureWork(config, order, () => processImage(deps, order));
  if (queue) await releaseSlot(queue, order);
  return result;
});
