import { log } from '../../base/log.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { IntermediateFiles } from '../../core/outputs/intermediate-files.ts';
import { publishFrom } from '../../core/outputs/publish-from-source.ts';
import { joinVideo } from '../../media/video/chunks/join-video.ts';
import { transcodeVideo } from '../../media/video/transcode-file.ts';
import type { VideoDeps } from './transcode-video.ts';

/**
 * Joins the chunks of an upload and publishes its outputs. Where a chunk found damage, encodes the upload
 * as a whole instead: only who decodes all of it can say how much is damaged.
 */
export async function joinVideoJob(deps: VideoDeps, order: WorkOrder): Promise<WorkResult> {
  const { config, stores, signal, onProgress } = deps;
  const files = new IntermediateFiles(stores, order, signal);
  const result = await publishFrom(deps, order, async ({ download, ...to }, profile, watermarks) => {
    const work = { ...to, ...{ config, profile, watermarks, signal, onProgress, stem: order.stem } };
    const joined = await joinVideo({ ...work, files });
    if (typeof joined !== 'string') return joined;
    log.info('encoded in one task', { why: joined });
    await download();
    return transcodeVideo(work);
  });
  await removeChunks(deps, order);
  return result;
}

/** Removes what other tasks of the film left; it expires anyway. */
export async function removeChunks({ stores, signal }: VideoDeps, order: WorkOrder): Promise<void> {
  try {
    await new IntermediateFiles(stores, order, signal).removeAll();
  } catch (error) {
    log.warn('intermediate files left behind', { error: error as Error });
  }
}
