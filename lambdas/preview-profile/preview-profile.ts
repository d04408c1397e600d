import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../base/config.ts';
import { withWorkDirectory } from '../../base/work-directory.ts';
import type { PreviewOrder, PreviewResult } from '../../contract/profiles/profile-preview-api.ts';
import type { ObjectStore } from '../../core/aws/object-store.ts';
import type { WatermarkImages } from '../../core/watermarks/watermark-images.ts';
import { renderImage } from '../../media/image/render-image.ts';
import type { Output } from '../../media/output.ts';

export const SETTINGS = [
  'OUTPUT_BUCKET',
  'ENABLE_AVIF',
  'ENABLE_HEIC',
  'MEDIA_PROCESSOR_CONCURRENCY',
  'MAX_IMAGE_BYTES',
  'MAX_IMAGE_PIXELS',
  'MAX_IMAGE_FRAMES',
] as const;

export interface PreviewProfileDeps {
  objects: Pick<ObjectStore, 'download' | 'put'>;
  watermarkImages: Pick<WatermarkImages, 'watermarksOf'>;
  config: Config<(typeof SETTINGS)[number]>;
}

/**
 * Makes what a profile asks for of one image, with the engine of process-image, into a folder of its
 * own that a lifecycle rule expires. Neither publishes nor touches a job.
 */
export async function previewProfile(
  { objects, watermarkImages, config }: PreviewProfileDeps,
  { prefix, source, contentType, outputs, focalPoint, ...marked }: PreviewOrder,
): Promise<PreviewResult> {
  return withWorkDirectory('preview-profile-', async (directory) => {
    // A fixed name, so that the uploaded file's name never reaches a decoder.
    const file = join(directory, 'source');
    await objects.download(source, file);
    const watermarks = await watermarkImages.watermarksOf(marked);
    const made: PreviewResult['outputs'] = [];
    const put = async (output: Output) => {
      const { name, contentType, body } = output;
      await objects.put({ bucket: config.OUTPUT_BUCKET, key: prefix + name, contentType, body });
      made.push(await described(output));
    };
    const options = {
      ...{ focalPoint, watermarks },
      ...{ outputs, contentType, avif: config.ENABLE_AVIF, heic: config.ENABLE_HEIC },
      concurrency: config.MEDIA_PROCESSOR_CONCURRENCY,
      maxBytes: config.MAX_IMAGE_BYTES,
      maxPixels: config.MAX_IMAGE_PIXELS,
      maxFrames: config.MAX_IMAGE_FRAMES,
    };
    const { degraded = [] } = await renderImage(file, options, put);
    return {
      outputs: made.sort((a, b) => (a.name < b.name ? -1 : 1)),
      degraded: [...switchedOff(outputs, config), ...degraded],
    };
  });
}

async function described({ name, contentType, body, facts = {} }: Output) {
  const size = Buffer.isBuffer(body) ? body.length : (await stat(body.file)).size;
  const [width, height] = [facts.width, facts.height].map((side) =>
    typeof side === 'number' ? side : undefined,
  );
  return { name, contentType, size, ...(width && height && { width, height }) };
}

/** A job leaves them out without a word, since its profile is not its uploader's; who edits one must know. */
const switchedOff = (outputs: PreviewOrder['outputs'], { ENABLE_AVIF }: PreviewProfileDeps['config']) =>
  outputs
    .filter(({ format }) => format === 'avif' && !ENABLE_AVIF)
    .map(({ name }) => `${name}.avif is left out: ENABLE_AVIF is off.`);
