import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { cameraPhoto, landscape } from './camera-photo.ts';
import type { Sample } from './sample.ts';

/** Sample images, named after their purpose; the rejected ones are typical of real uploads. */
const SAMPLES: Readonly<Record<string, readonly [Sample['expect'], (photo: Buffer) => Promise<Buffer>]>> = {
  'camera-12-megapixels.jpg': ['COMPLETED', async (photo) => photo],
  'logo-transparent.png': ['COMPLETED', logo],
  'scan-16-bit.png': [
    'COMPLETED',
    async () => (await landscape(800, 600)).toColorspace('rgb16').png().toBuffer(),
  ],
  'print-cmyk.jpg': [
    'COMPLETED',
    async () => (await landscape(1200, 900)).toColorspace('cmyk').jpeg().toBuffer(),
  ],
  'animation.gif': ['COMPLETED', async () => (await animation()).gif({ delay: 80 }).toBuffer()],
  'animation.webp': ['COMPLETED', async () => (await animation()).webp({ delay: 80 }).toBuffer()],
  'photo.avif': ['COMPLETED', async () => (await landscape(1200, 900)).avif({ effort: 2 }).toBuffer()],
  'scan.tiff': [
    'COMPLETED',
    async () => (await landscape(1600, 1200)).tiff({ compression: 'lzw' }).toBuffer(),
  ],
  'upload-cut-off.jpg': ['REJECTED', async (photo) => photo.subarray(0, photo.length / 3)],
  'corrupt.png': ['REJECTED', corruptPng],
  'not-a-picture.jpg': ['REJECTED', async () => Buffer.from('Dear team,\nthis is a letter and no photo.\n')],
};

/** Writes the sample images into a folder; takes about 5 seconds on one core. */
export async function makeImages(folder: string): Promise<Sample[]> {
  await mkdir(folder, { recursive: true });
  const photo = await cameraPhoto();
  const samples: Sample[] = [];
  for (const [name, [expect, make]] of Object.entries(SAMPLES)) {
    const file = join(folder, name);
    await writeFile(file, await make(photo));
    samples.push({ file, expect });
  }
  return samples;
}

/** Draws a ring on a transparent background. */
async function logo(): Promise<Buffer> {
  const side = 512;
  const pixels = Buffer.alloc(side * side * 4);
  for (let at = 0; at < side * side; at++) {
    const radius = Math.hypot((at % side) - side / 2, Math.floor(at / side) - side / 2);
    if (radius > 150 && radius < 230) pixels.set([220, 60, 40, 255], at * 4);
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 4 } })
    .png()
    .toBuffer();
}

/** Draws a square that moves across a landscape. */
async function animation() {
  const background = await (await landscape(320, 240)).png().toBuffer();
  const square = await sharp({ create: { width: 40, height: 40, channels: 4, background: '#e8c020' } })
    .png()
    .toBuffer();
  const frames = Array.from({ length: 12 }, (_, frame) =>
    sharp(background)
      .composite([{ input: square, left: frame * 24, top: 100 }])
      .removeAlpha()
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(frames), { join: { animated: true } });
}

/** Overwrites some bytes of the compressed pixels, like a failing disk. */
async function corruptPng(): Promise<Buffer> {
  const png = await (await landscape(800, 600)).png().toBuffer();
  const middle = png.length >> 1;
  return png.fill(0, middle, middle + 64);
}
