import sharp from 'sharp';

/** Makes a PNG of 12 × 8 pixels in one color. */
export const smallPng = (background: string): Promise<Buffer> =>
  sharp({ create: { width: 12, height: 8, channels: 3, background } })
    .png()
    .toBuffer();
