import { MediaError } from '../../base/errors.ts';
import type { ChunkResult, WorkOrder } from '../../contract/work-order.ts';
import { IntermediateFiles } from '../../core/outputs/intermediate-files.ts';
import type { VideoDeps } from './transcode-video.ts';

/** Encodes a chunk of a film that TranscodeVideo has split. */
export async function transcodeVideoChunk(
  { stores, signal }: VideoDeps,
  order: WorkOrder,
  chunk: number,
): Promise<ChunkResult> {
  const files = new IntermediateFiles(stores, order, signal);
  await files.write(`chunks/${chunk}`, Buffer.alloc(0));
  throw new MediaError('InvalidConfiguration', `Expected a film of chunks, got chunk ${chunk}.`);
}
