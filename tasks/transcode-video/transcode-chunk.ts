import { MediaError } from '../../base/errors.ts';
import type { ChunkResult, WorkOrder } from '../../contract/work-order.ts';
import type { VideoDeps } from './transcode-video.ts';

export async function transcodeVideoChunk(
  _deps: VideoDeps,
  { jobId }: WorkOrder,
  chunk: number,
): Promise<ChunkResult> {
  throw new MediaError('InvalidConfiguration', `Expected no chunk of job ${jobId}, got chunk ${chunk}.`);
}
