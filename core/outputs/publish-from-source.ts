import { join } from 'node:path';
import { withWorkDirectory } from '../../base/work-directory.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import type { Closing, EarlierOutputs, Emit, Output } from '../../media/output.ts';
import { interruption } from '../../media/process/process-group.ts';
import type { Profile } from '../../media/profile/profile.ts';
import type { JobProgress } from '../../media/progress.ts';
import type { Watermarks } from '../../media/watermark/watermark-image.ts';
import { type Handover, type PublicationStores, publish } from './publication.ts';

export interface SourceWork {
  stores: PublicationStores;
  signal: AbortSignal;
  onProgress(progress: JobProgress): void;
  /** Parent of the work directory; default: the system's temporary directory. */
  directory?: string | undefined;
}

/** What an engine works with: a work directory, and a callback for its outputs. */
export interface EngineFiles {
  directory: string;
  emit: Emit;
  /** What was made before, of a job of which only some outputs are made again. */
  earlier: EarlierOutputs;
  /** Downloads the upload into the directory, and returns the name of the file. */
  download(): Promise<string>;
}

/** As before, with the upload as file `source` in the directory. */
export type SourceFile = Omit<EngineFiles, 'download'> & { source: string };

type Make<Files, Result> = (
  files: Files,
  profile: Profile,
  watermarks: Watermarks,
) => Promise<Closing | Handover<Result>>;

const SOURCE = 'source';

/** Runs an engine in a work directory, and publishes its outputs. Leaves nothing on disk. After an abort, throws the reason for the abort. */
export async function publishFrom<Result = never>(
  { stores, signal, onProgress, directory: parent }: SourceWork,
  order: WorkOrder,
  make: Make<EngineFiles, Result>,
): Promise<WorkResult | Result> {
  const work = (directory: string) =>
    publish(
      stores,
      order,
      async (publication) => {
        const profile = await stores.documents.profileOf(order);
        const watermarks = await stores.watermarkImages.watermarksOf(order);
        const download = async () => {
          onProgress({ phase: 'download', percent: 0 });
          await stores.objects.download(order, join(directory, SOURCE), signal);
          return SOURCE;
        };
        const { earlier } = publication;
        const files = { directory, earlier, download, emit: (output: Output) => publication.put(output) };
        const made = await make(files, profile, watermarks);
        signal.throwIfAborted();
        return made;
      },
      signal,
    );
  return withWorkDirectory('transcode-', work, parent).catch((error) => {
    throw signal.aborted ? interruption(signal) : error;
  });
}

/** Downloads an upload first. */
export const publishFromSource = <Result = never>(
  work: SourceWork,
  order: WorkOrder,
  make: Make<SourceFile, Result>,
): Promise<WorkResult | Result> =>
  publishFrom<Result>(work, order, async ({ download, ...files }, profile, watermarks) =>
    make({ ...files, source: await download() }, profile, watermarks),
  );
