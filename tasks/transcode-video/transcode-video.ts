import type { SettingName } from '../../base/config.ts';
import { log } from '../../base/log.ts';
import type { SplitResult, WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { PART_SETTINGS } from '../../core/entry/task-part.ts';
import { IntermediateFiles } from '../../core/outputs/intermediate-files.ts';
import { publishFromSource, type SourceWork } from '../../core/outputs/publish-from-source.ts';
import type { ChunkSettings } from '../../media/video/chunks/plan-chunks.ts';
import {
  transcodeVideo,
  SETTINGS as VIDEO_SETTINGS,
  type VideoWork,
} from '../../media/video/transcode-file.ts';

export const SETTINGS = [
  ...VIDEO_SETTINGS,
  ...PART_SETTINGS,
  'CHUNK_ABOVE_SECONDS',
  'CHUNK_SECONDS',
] as const satisfies readonly SettingName[];

export interface VideoDeps extends SourceWork {
  config: VideoWork['config'];
}

/**
 * Transcodes one upload to MP4 renditions, HLS, images and metadata. Throws a MediaError if the
 * upload is at fault.
 */
export const transcodeVideoJob = (deps: VideoDeps, order: WorkOrder): Promise<WorkResult> =>
  publishFromSource(deps, order, (file, profile, watermarks) =>
    transcodeVideo({ ...workOf(deps, order), ...{ profile, watermarks }, ...file }),
  );

/**
 * As before, but of a long video that may be split answers with the chunks in which other tasks encode
 * it.
 */
export function splitVideoJob(
  deps: VideoDeps & { config: ChunkSettings },
  order: WorkOrder,
): Promise<WorkResult | SplitResult> {
  const split = {
    config: deps.config,
    files: new IntermediateFiles(deps.stores, order, deps.signal),
    onWhole: (why: string) => log.info('encoded in one task', { why }),
  };
  // Of what is made again, much may be there already.
  if (order.earlier) return transcodeVideoJob(deps, order);
  return publishFromSource<SplitResult>(deps, order, async (file, profile, watermarks) => {
    const made = await transcodeVideo({
      ...{ ...workOf(deps, order), profile, watermarks, split },
      ...file,
    });
    return 'chunks' in made ? { instead: { split: { chunks: made.chunks, concurrency: 1 } } } : made;
  });
}

const workOf = ({ config, signal, onProgress }: VideoDeps, { stem }: WorkOrder) => ({
  ...{ config, signal, onProgress, stem },
});
