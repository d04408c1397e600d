import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { type Publication, type PublicationStores, publish } from '../../core/outputs/publication.ts';
import { interruption } from '../../media/process/process-group.ts';
import type { JobProgress } from '../../media/progress.ts';
import { transcodeVideo, type VideoWork } from '../../media/video/transcode-file.ts';

export { SETTINGS } from '../../media/video/transcode-file.ts';

export interface VideoDeps {
  stores: PublicationStores;
  config: VideoWork['config'];
  signal: AbortSignal;
  onProgress(progress: JobProgress): void;
  /** Where the work directory is made; default: the system's. */
  directory?: string;
}

/** One upload to its renditions, HLS, pictures and metadata. Throws a MediaError that says whose fault it is; nothing stays on disk. */
export async function transcodeVideoJob(deps: VideoDeps, order: WorkOrder): Promise<WorkResult> {
  const { stores, config, signal, onProgress } = deps;
  const directory = await mkdtemp(join(deps.directory ?? tmpdir(), 'video-'));
  try {
    const make = async (publication: Publication) => {
      onProgress({ phase: 'download', percent: 0 });
      await stores.objects.download(order, join(directory, 'source'), signal);
      const closing = await transcodeVideo({
        ...{ config, directory, stem: order.stem, signal, onProgress },
        emit: (output) => publication.put(output),
      });
      signal.throwIfAborted();
      return closing;
    };
    return await publish(stores, order, make, signal);
  } catch (error) {
    throw signal.aborted ? interruption(signal) : error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
