import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderImage } from '../../media/image/render-image.ts';
import { DEFAULT_PROFILE } from '../../media/profile/default-profile.ts';

const OPTIONS = {
  maxBytes: 200 * 1024 * 1024,
  maxPixels: 150_000_000,
  maxFrames: 1000,
  avif: false,
  heic: true,
  outputs: DEFAULT_PROFILE.image.outputs,
  concurrency: 0,
};

/** Runs the product's own code for one image, with a folder in place of S3. */
export async function product(photo: string, target: string): Promise<void> {
  await renderImage(photo, OPTIONS, async ({ name, body }) => {
    if (Buffer.isBuffer(body)) await writeFile(join(target, name), body);
  });
}
