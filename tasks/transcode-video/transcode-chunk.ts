import { withWorkDirectory } from '../../base/work-directory.ts';
import type { ChunkResult, WorkOrder } from '../../contract/work-order.ts';
import { IntermediateFiles } from '../../core/outputs/intermediate-files.ts';
import { assertRunning } from '../../core/outputs/publication-fence.ts';
import { interruption } from '../../media/process/process-group.ts';
import { encodeChunk } from '../../media/video/chunks/encode-chunk.ts';
import type { VideoDeps } from './transcode-video.ts';

/** Encodes one chunk of an upload that was split, and stores it for the task that joins them. */
export function transcodeVideoChunk(
  { config, stores, signal, onProgress, directory: parent }: VideoDeps,
  order: WorkOrder,
  chunk: number,
): Promise<ChunkResult> {
  const files = new IntermediateFiles(stores, order, signal);
  const work = async (directory: string) => {
    const watermarks = await stores.watermarkImages.watermarksOf(order);
    const { isDamaged } = await encodeChunk(
      {
        ...{ config, watermarks, directory, signal },
        files: {
          ...{ read: (name) => files.read(name), download: (name, file) => files.download(name, file) },
          // A chunk of a job that has ended, or of which another execution takes care, would stay.
          async write(name, body) {
            signal.throwIfAborted();
            await assertRunning(stores, order);
            await files.write(name, body);
          },
        },
        readSource: (file, ranges, bytes) =>
          stores.objects.downloadRanges(order, file, ranges, bytes, signal),
        onProgress: (percent) => onProgress({ phase: 'transcode', percent }),
      },
      chunk,
    );
    return { chunk, damaged: isDamaged };
  };
  return withWorkDirectory('chunk-', work, parent).catch((error) => {
    throw signal.aborted ? interruption(signal) : error;
  });
}
