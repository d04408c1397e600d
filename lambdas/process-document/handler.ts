import { readConfig } from '../../base/config.ts';
import { parseDocumentOrder } from '../../contract/work-order.ts';
import { lambdaHandler } from '../../core/entry/lambda-handler.ts';
import { openQueue } from '../../core/entry/open-queue.ts';
import { openStores } from '../../core/entry/stores.ts';
import { measureWork } from '../../core/jobs/metrics.ts';
import { releaseSlot } from '../../core/queue/in-slot.ts';
import { processDocument, SETTINGS } from './process-document.ts';

const config = readConfig(process.env, SETTINGS);
const deps = { ...openStores(config), config };
const queue = config.MAX_CONCURRENT_DOCUMENTS > 0 ? openQueue(config) : undefined;

export const handler = lambdaHandler('process-document', async (event: unknown) => {
  const order = parseDocumentOrder(event);
  const result = await measureWork(config, order, () => processDocument(deps, order));
  // Office documents have waited for their conversion only.
  if (queue && !order.convert) await releaseSlot(queue, order);
  return result;
});
