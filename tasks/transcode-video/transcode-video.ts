import type { SettingName } from '../../base/config.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { PART_SETTINGS } from '../../core/entry/task-part.ts';
import { publishFromSource, type SourceWork } from '../../core/outputs/publish-from-source.ts';
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
export function transcodeVideoJob({ config, ...deps }: VideoDeps, order: WorkOrder): Promise<WorkResult> {
  const { signal, onProgress } = deps;
  return publishFromSource(deps, order, (file, profile, watermarks) =>
    transcodeVideo({
      config,
      profile,
      watermarks,
      directory: file.directory,
      stem: order.stem,
      signal,
      onProgress,
      emit: file.emit,
      earlier: file.earlier,
    }),
  );
}
