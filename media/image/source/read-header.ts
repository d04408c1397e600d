import type { Metadata, SharpOptions } from 'sharp';
import { openSource } from '../../sharp/hardened-sharp.ts';
import { isSmallHeif } from './heif-boxes.ts';
import type { ImageSource } from './image-source.ts';

/** Reads the header of an image, for its primary image. Throws sharp's errors. */
export async function readHeader(source: ImageSource): Promise<Metadata> {
  const read = (options: SharpOptions) =>
    openSource(source, { maxPixels: 0 }, { ...options, limitInputPixels: false }).metadata();
  const options = { unlimited: false };
  const header = await read(options).catch(async (error: Error) => {
    if (!/Security limit exceeded/.test(error.message) || !(await isSmallHeif(source))) throw error;
    options.unlimited = true;
    return read(options);
  });
  if (header.compression !== 'hevc' || !header.pagePrimary) return header;
  // sharp reads the first image; libheif will decode the one that the file marks as primary.
  return read({ ...options, page: header.pagePrimary });
}
