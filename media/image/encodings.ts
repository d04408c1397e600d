import type { Sharp, WebpOptions } from 'sharp';
import { outputOfProfile } from '../kinds/describe-output.ts';
import type { OutputName } from '../kinds/outputs.ts';

/** A way to store an image. */
export interface ImageEncoding {
  name: OutputName;
  contentType: string;
  /** `upload`: the upload's own image data, without anything else. */
  encode: ((image: Sharp) => Sharp) | 'upload';
}

export const QUALITY = { jpeg: 80, webp: 80, avif: 50 } as const;
/** 0 is fastest. WebP: 2 takes 0.4× the time for 5 % more bytes. */
export const EFFORT = { webp: 4, avif: 2 } as const;

/** File name and media type of an output, by its name in the profile. */
const asJpeg = (name: string) => ({ name: outputOfProfile(name, 'jpg'), contentType: 'image/jpeg' });
const asPng = (name: string) => ({ name: outputOfProfile(name, 'png'), contentType: 'image/png' });
const asWebp = (name: string) => ({ name: outputOfProfile(name, 'webp'), contentType: 'image/webp' });
const asAvif = (name: string) => ({ name: outputOfProfile(name, 'avif'), contentType: 'image/avif' });

export const jpeg = (name: string, quality: number, progressive: boolean): ImageEncoding => ({
  ...asJpeg(name),
  encode: (image) => image.jpeg({ quality: Math.max(1, Math.round(quality)), progressive }),
});

/** Takes about five times as long as `jpeg`, for a quarter fewer bytes. Always progressive. */
export const mozjpeg = (name: string, quality: number): ImageEncoding => ({
  ...asJpeg(name),
  encode: (image) => image.jpeg({ quality: Math.max(1, Math.round(quality)), mozjpeg: true }),
});

/** `colors`: at most so many; keeps a palette source a palette image, as true color it would grow. */
export const png = (name: string, colors: number | undefined): ImageEncoding => ({
  ...asPng(name),
  encode: (image) =>
    image.png(
      colors
        ? { palette: true, colors: Math.max(2, colors) }
        : { compressionLevel: 9, adaptiveFiltering: true },
    ),
});

export const webp = (name: string, options: WebpOptions): ImageEncoding => ({
  ...asWebp(name),
  encode: (image) => image.webp({ effort: EFFORT.webp, ...options }),
});

export const avif = (name: string, options: { quality: number; effort: number }): ImageEncoding => ({
  ...asAvif(name),
  encode: (image) => image.avif(options),
});

export const jpegUpload = (name: string): ImageEncoding => ({ ...asJpeg(name), encode: 'upload' });
export const pngUpload = (name: string): ImageEncoding => ({ ...asPng(name), encode: 'upload' });
export const webpUpload = (name: string): ImageEncoding => ({ ...asWebp(name), encode: 'upload' });
