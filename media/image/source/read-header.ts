import type { Metadata, SharpOptions } from 'sharp';
import { openSource } from '../../sharp/hardened-sharp.ts';
import { isSmallHeif } from './heif-boxes.ts';
import type { ImageSource } from './image-source.ts';

/** Reads what an image's header says, of its main picture. Throws sharp's errors. */
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
  // sharp looks at the first picture; libheif will decode the one that the file names as its main one.
  return read({ ...options, page: header.pagePrimary });
}
