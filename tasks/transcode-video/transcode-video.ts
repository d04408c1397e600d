import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { publishFromSource, type SourceWork } from '../../core/outputs/publish-from-source.ts';
import { transcodeVideo, type VideoWork } from '../../media/video/transcode-file.ts';

export { SETTINGS } from '../../media/video/transcode-file.ts';

export interface VideoDeps extends SourceWork {
  config: VideoWork['config'];
}

/** Transcodes one upload to its renditions, HLS, pictures and metadata. Throws a MediaError where the upload is at fault. */
export function transcodeVideoJob({ config, ...deps }: VideoDeps, order: WorkOrder): Promise<WorkResult> {
  const { signal, onProgress } = deps;
  return publishFromSource(deps, order, ({ directory, emit }) =>
    transcodeVideo({ config, directory, stem: order.stem, signal, onProgress, emit }),
  );
}
