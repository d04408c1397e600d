import { join } from 'node:path';
import { withWorkDirectory } from '../../base/work-directory.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import type { Closing, EarlierOutputs, Emit, Output } from '../../media/output.ts';
import { interruption } from '../../media/process/process-group.ts';
import type { Profile } from '../../media/profile/profile.ts';
import type { JobProgress } from '../../media/progress.ts';
import type { Watermarks } from '../../media/watermark/watermark-image.ts';
import { type PublicationStores, publish } from './publication.ts';

export interface SourceWork {
  stores: PublicationStores;
  signal: AbortSignal;
  onProgress(progress: JobProgress): void;
  /** Parent of the work directory; default: the system's temporary directory. */
  directory?: string | undefined;
}

/**
 * Input of an engine: the upload as file `source` in a work directory, and a callback for its
 * outputs.
 */
export interface SourceFile {
  directory: string;
  source: string;
  emit: Emit;
  /** What was made before, of a job of which only some outputs are made again. */
  earlier: EarlierOutputs;
}

/**
 * Downloads an upload, runs an engine on it, and publishes the outputs. Leaves nothing on disk.
 * After an abort, throws the reason for the abort.
 */
export async function publishFromSource(
  { stores, signal, onProgress, directory: parent }: SourceWork,
  order: WorkOrder,
  make: (file: SourceFile, profile: Profile, watermarks: Watermarks) => Promise<Closing>,
): Promise<WorkResult> {
  const source = 'source';
  const work = (directory: string) =>
    publish(
      stores,
      order,
      async (publication) => {
        const profile = await stores.documents.profileOf(order);
        const watermarks = await stores.watermarkImages.watermarksOf(order);
        onProgress({ phase: 'download', percent: 0 });
        await stores.objects.download(order, join(directory, source), signal);
        const { earlier } = publication;
        const file = { directory, source, earlier, emit: (output: Output) => publication.put(output) };
        const closing = await make(file, profile, watermarks);
        signal.throwIfAborted();
        return closing;
      },
      signal,
    );
  return withWorkDirectory('transcode-', work, parent).catch((error) => {
    throw signal.aborted ? interruption(signal) : error;
  });
}
