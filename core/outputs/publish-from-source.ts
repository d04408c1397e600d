import { join } from 'node:path';
import { withWorkDirectory } from '../../base/work-directory.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import type { Closing, Emit } from '../../media/output.ts';
import { interruption } from '../../media/process/process-group.ts';
import type { JobProgress } from '../../media/progress.ts';
import { type PublicationStores, publish } from './publication.ts';

export interface SourceWork {
  stores: PublicationStores;
  signal: AbortSignal;
  onProgress(progress: JobProgress): void;
  /** Where the work directory is made; default: the system's folder for temporary files. */
  directory?: string | undefined;
}

/** What an engine works with: the upload as `source` in a fresh directory, and where its outputs go. */
export interface SourceFile {
  directory: string;
  source: string;
  emit: Emit;
}

/**
 * Downloads an upload, lets an engine make outputs of it, and publishes them. Nothing stays on disk; after an abort the error is the
 * reason of the abort.
 */
export async function publishFromSource(
  { stores, signal, onProgress, directory: parent }: SourceWork,
  order: WorkOrder,
  make: (file: SourceFile) => Promise<Closing>,
): Promise<WorkResult> {
  const source = 'source';
  const work = (directory: string) =>
    publish(
      stores,
      order,
      async (publication) => {
        onProgress({ phase: 'download', percent: 0 });
        await stores.objects.download(order, join(directory, source), signal);
        const closing = await make({ directory, source, emit: (output) => publication.put(output) });
        signal.throwIfAborted();
        return closing;
      },
      signal,
    );
  return withWorkDirectory('transcode-', work, parent).catch((error) => {
    throw signal.aborted ? interruption(signal) : error;
  });
}
