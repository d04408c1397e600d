import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { landscape } from '../../../samples/camera-photo.ts';
import { grid, heic, hevc, TILES } from '../../unit/media/image/heic/heic-file.ts';
import { frames } from '../../unit/media/image/pictures.ts';
import type { MutationSource } from './mutate.ts';

export interface ImageFile extends MutationSource {
  contentType: string;
}

/** Files of a busy picture in every format and variant that is read, small enough to be decoded thousands of times. */
export async function imageSources(): Promise<ImageFile[]> {
  const pixels = await (await landscape(240, 160)).png().toBuffer();
  const picture = () => sharp(pixels);
  const exif = { IFD0: { Make: 'Sample Optics', Orientation: '6' } };
  const clear = () => picture().ensureAlpha(0.5);
  const made: Record<string, [contentType: string, bytes: Buffer]> = {
    jpeg: ['jpeg', await picture().jpeg().toBuffer()],
    'progressive jpeg': ['jpeg', await picture().jpeg({ progressive: true }).toBuffer()],
    'jpeg with a profile': ['jpeg', await picture().withIccProfile('p3').jpeg().toBuffer()],
    'jpeg with EXIF': ['jpeg', await picture().withExif(exif).jpeg().toBuffer()],
    'cmyk jpeg': ['jpeg', await picture().toColorspace('cmyk').jpeg().toBuffer()],
    'optimized jpeg': ['jpeg', await picture().jpeg({ optimiseCoding: true }).toBuffer()],
    png: ['png', await picture().png().toBuffer()],
    'png with a profile': ['png', await picture().withIccProfile('p3').png().toBuffer()],
    'png of a palette': ['png', await picture().png({ palette: true }).toBuffer()],
    'interlaced png': ['png', await picture().png({ progressive: true }).toBuffer()],
    '16-bit png': ['png', await picture().toColorspace('rgb16').png().toBuffer()],
    webp: ['webp', await picture().webp().toBuffer()],
    'lossless webp': ['webp', await picture().webp({ lossless: true }).toBuffer()],
    'webp with alpha and EXIF': ['webp', await clear().withExif(exif).webp().toBuffer()],
    gif: ['gif', await picture().gif().toBuffer()],
    avif: ['avif', await picture().avif({ effort: 1 }).toBuffer()],
    'avif with alpha': ['avif', await clear().avif({ effort: 1 }).toBuffer()],
    tiff: ['tiff', await picture().tiff({ compression: 'none' }).toBuffer()],
    'lzw tiff': ['tiff', await picture().tiff({ compression: 'lzw' }).toBuffer()],
    'tiled jpeg tiff': ['tiff', await picture().tiff({ compression: 'jpeg', tile: true }).toBuffer()],
    'tiff of pages': ['tiff', await (await frames(3)).tiff().toBuffer()],
    'animated gif': ['gif', await (await frames(5)).gif().toBuffer()],
    'animated webp': ['webp', await (await frames(5)).webp().toBuffer()],
    heic: ['heic', heic([hevc('noise')])],
    'tiled heic': ['heic', heic([grid({ columns: 2, rows: 2, width: 192, height: 128 }, 2), ...TILES])],
    'heic with EXIF': [
      'heic',
      readFileSync(new URL('../../unit/media/image/heic/exif-orientation.heic', import.meta.url)),
    ],
  };
  return Object.entries(made).map(([name, [type, bytes]]) => ({
    ...{ name, bytes, contentType: `image/${type}` },
    extension: type === 'jpeg' ? 'jpg' : type,
  }));
}
