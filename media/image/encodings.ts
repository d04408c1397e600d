import type { Sharp, WebpOptions } from 'sharp';
import type { OutputName } from '../kinds/outputs.ts';
import type { ThumbnailSize } from '../thumbnails.ts';

/** A way to store an image. */
export interface ImageEncoding {
  name: OutputName;
  contentType: string;
  /** `upload`: the upload's own image data, without anything else. */
  encode: ((image: Sharp) => Sharp) | 'upload';
}

/** Rendition that is a PNG for an image with alpha, otherwise a JPEG; a WebP where a PNG is too large. */
export type Still = 'optimized' | `thumb_${ThumbnailSize}`;

export const QUALITY = { jpeg: 80, webp: 80, avif: 50 } as const;
/** 0 is fastest. WebP: 2 takes 0.4× the time for 5 % more bytes. */
export const EFFORT = { webp: 4, avif: 2 } as const;

export const jpeg = (name: Still, quality: number, progressive: boolean): ImageEncoding => ({
  name: `${name}.jpg`,
  contentType: 'image/jpeg',
  encode: (image) => image.jpeg({ quality: Math.max(1, Math.round(quality)), progressive }),
});

/** Takes about five times as long as `jpeg`, for a quarter fewer bytes. Always progressive. */
export const mozjpeg = (name: Still, quality: number): ImageEncoding => ({
  name: `${name}.jpg`,
  contentType: 'image/jpeg',
  encode: (image) => image.jpeg({ quality: Math.max(1, Math.round(quality)), mozjpeg: true }),
});

/** `colors`: at most so many; keeps a palette source a palette image, as true color it would grow. */
export const png = (name: Still, colors: number | undefined): ImageEncoding => ({
  name: `${name}.png`,
  contentType: 'image/png',
  encode: (image) =>
    image.png(
      colors
        ? { palette: true, colors: Math.max(2, colors) }
        : { compressionLevel: 9, adaptiveFiltering: true },
    ),
});

export const webp = (name: Still | 'webp', options: WebpOptions): ImageEncoding => ({
  name: `${name}.webp`,
  contentType: 'image/webp',
  encode: (image) => image.webp({ effort: EFFORT.webp, ...options }),
});

export const jpegUpload = (name: Still): ImageEncoding => ({
  ...{ name: `${name}.jpg`, contentType: 'image/jpeg', encode: 'upload' },
});
export const pngUpload = (name: Still): ImageEncoding => ({
  ...{ name: `${name}.png`, contentType: 'image/png', encode: 'upload' },
});
export const webpUpload = (name: Still | 'webp'): ImageEncoding => ({
  ...{ name: `${name}.webp`, contentType: 'image/webp', encode: 'upload' },
});

export const avif = (share: number): ImageEncoding => ({
  name: 'avif.avif',
  contentType: 'image/avif',
  encode: (image) => image.avif({ quality: Math.round(QUALITY.avif * share), effort: EFFORT.avif }),
});
