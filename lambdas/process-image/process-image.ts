import { join } from 'node:path';
import type { Config } from '../../base/config.ts';
import { withWorkDirectory } from '../../base/work-directory.ts';
import type { WorkOrder, WorkResult } from '../../contract/work-order.ts';
import { METRICS_SETTINGS } from '../../core/jobs/metrics.ts';
import { type PublicationStores, publish } from '../../core/outputs/publication.ts';
import { renderImage } from '../../media/image/render-image.ts';

export const SETTINGS = [
  'OUTPUT_BUCKET',
  'JOB_TABLE',
  'QUEUE_TABLE',
  'MAX_CONCURRENT_IMAGES',
  ...METRICS_SETTINGS,
  'ENABLE_AVIF',
  'ENABLE_HEIC',
  'MEDIA_PROCESSOR_CONCURRENCY',
  'MAX_IMAGE_BYTES',
  'MAX_IMAGE_PIXELS',
  'MAX_IMAGE_FRAMES',
] as const;

export interface ProcessImageDeps extends PublicationStores {
  config: Config<(typeof SETTINGS)[number]>;
}

/**
 * Publishes the renditions and metadata of one image. Downloads the source from S3 once, to a file:
 * libvips reads files without loading them whole, which for a 150 MB TIFF saves 150 MB of memory
 * compared to a buffer.
 */
export async function processImage(
  { config, ...stores }: ProcessImageDeps,
  order: WorkOrder,
): Promise<WorkResult> {
  return withWorkDirectory('process-image-', async (directory) => {
    // A fixed name, so that the uploaded file's name never reaches a decoder.
    const source = join(directory, 'source');
    const options = {
      ...{ contentType: order.contentType, focalPoint: order.focalPoint },
      avif: config.ENABLE_AVIF,
      heic: config.ENABLE_HEIC,
      concurrency: config.MEDIA_PROCESSOR_CONCURRENCY,
      maxBytes: config.MAX_IMAGE_BYTES,
      maxPixels: config.MAX_IMAGE_PIXELS,
      maxFrames: config.MAX_IMAGE_FRAMES,
    };
    const downloaded = stores.objects.download(order, source);
    // Awaited below; avoids an unhandled rejection until then.
    downloaded.catch(() => undefined);
    return publish(stores, order, async (publication) => {
      const profile = await stores.documents.profileOf(order);
      const watermarks = await stores.watermarkImages.watermarksOf(order);
      await downloaded;
      const { outputs } = profile.image;
      const { earlier } = publication;
      return renderImage(source, { ...options, outputs, watermarks, earlier }, (output) =>
        publication.put(output),
      );
    });
  });
}
