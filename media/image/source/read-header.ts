import type { Metadata, SharpOptions } from 'sharp';
import { openSource } from '../../sharp/hardened-sharp.ts';
import { nclxProfile } from '../color/nclx-profile.ts';
import { pngColors } from '../color/png-colors.ts';
import { isSmallHeif } from './heif/heif-boxes.ts';
import type { HeifMeta } from './heif/heif-meta.ts';
import type { ImageSource, StoredColors } from './image-source.ts';

export interface ImageHeader {
  header: Metadata;
  colors: StoredColors | undefined;
}

/**
 * Reads the header of an image, for its primary image; `heif`: what a HEIF container says of that.
 * Throws sharp's errors.
 */
export async function readHeader(source: ImageSource, heif?: HeifMeta): Promise<ImageHeader> {
  const read = (options: SharpOptions) =>
    openSource(source, { maxPixels: 0 }, { ...options, limitInputPixels: false }).metadata();
  const options = { unlimited: false };
  const first = await read(options).catch(async (error: Error) => {
    if (!/Security limit exceeded/.test(error.message) || !(await isSmallHeif(source))) throw error;
    options.unlimited = true;
    return read(options);
  });
  if (first.format === 'png')
    return { header: first, colors: await pngColors(source, first.icc !== undefined) };
  if (first.format !== 'heif') return { header: first, colors: undefined };
  // sharp goes by the brand, and takes every one but AVIF's for HEVC.
  const compression = heif?.codec ?? first.compression;
  // sharp reads the first image; libheif will decode the one that the file marks as primary.
  const { pagePrimary: page } = first;
  const own = compression === 'hevc' && page ? await read({ ...options, page }) : first;
  const header = { ...own, ...(compression && { compression }) };
  // The HEIC decoder finds the numbers itself.
  const profile = compression === 'av1' && !own.icc && heif?.nclx ? nclxProfile(heif.nclx) : undefined;
  return { header, colors: profile && { profile } };
}
