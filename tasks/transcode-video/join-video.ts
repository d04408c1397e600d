import { MediaError } from '../../base/errors.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import type { VideoDeps } from './transcode-video.ts';

export async function joinVideoJob(_deps: VideoDeps, { jobId }: WorkOrder): Promise<WorkResult> {
  throw new MediaError('InvalidConfiguration', `Expected no chunks of job ${jobId} to join.`);
}
