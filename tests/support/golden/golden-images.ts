import sharp, { type Sharp } from 'sharp';
import { chooseEncodings } from '../../../media/image/choose-encodings.ts';
import { renderImage } from '../../../media/image/render-image.ts';
import type { ImageFacts, UploadFacts } from '../../../media/image/source/image-source.ts';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import type { ImageOutputProfile } from '../../../media/profile/image-output.ts';
import { parseProfile } from '../../../media/profile/profile.ts';
import document from '../../../profiles/default.json' with { type: 'json' };
import type { GoldenRecipe } from './golden-recipe.ts';

/** Of sharp, and of the libraries in it that decide the bytes of what is made here. */
export const SHARP_TOOLS = Object.fromEntries(
  (['sharp', 'vips', 'highway', 'mozjpeg', 'png', 'zlib-ng', 'imagequant', 'webp', 'lcms'] as const).map(
    (name) => [name, String(sharp.versions[name as keyof typeof sharp.versions])],
  ),
);

/** A picture of soft colors, with a round hole if it has alpha. */
export function syntheticPixels(width: number, height: number, channels: 3 | 4): Buffer {
  const pixels = Buffer.alloc(width * height * channels);
  for (let at = 0; at < width * height; at++) {
    const [x, y] = [at % width, Math.floor(at / width)];
    const isHole = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 4) ** 2;
    const color = [(x * 3) % 256, (y * 5) % 256, ((x + y) * 2) % 256, isHole ? 0 : 255];
    pixels.set(color.slice(0, channels), at * channels);
  }
  return pixels;
}

export const syntheticPng = (width: number, height: number, channels: 3 | 4): Promise<Buffer> =>
  sharp(syntheticPixels(width, height, channels), { raw: { width, height, channels } })
    .png()
    .toBuffer();

/** AVIF is left out: the bytes of its encoder depend on the processor. */
const OUTPUTS = [
  ...document.image.outputs.filter(({ format }) => format !== 'avif'),
  { name: 'cover-jpeg', format: 'jpeg', width: 100, height: 30, fit: 'cover', gravity: 'northwest' },
  { name: 'cover-attention', format: 'png', width: 20, height: 60, fit: 'cover', gravity: 'attention' },
  { name: 'contain-webp', format: 'webp', width: 300, height: 90, fit: 'contain', background: '#336699' },
  { name: 'progressive', format: 'jpeg', width: 70, quality: 55, progressive: true, background: '#ff0000' },
  { name: 'light-webp', format: 'webp', height: 50, quality: 40, effort: 1, ifLarger: 'keep' },
  { name: 'own-png', format: 'png' },
];

async function rendered(channels: 3 | 4) {
  const contents: Record<string, Buffer> = {};
  const { image } = parseProfile({ ...document, image: { outputs: OUTPUTS } });
  const options = {
    ...{ maxBytes: 1e7, maxPixels: 1e7, maxFrames: 100 },
    ...{ avif: false, heic: false, concurrency: 1, outputs: image.outputs },
  };
  const source = await syntheticPng(220, 160, channels);
  const { metadata } = await renderImage(source, options, async ({ name, body }) => {
    if (Buffer.isBuffer(body)) contents[`${channels} channels, ${name}`] = body;
  });
  return { contents, metadata };
}

const UPLOADS: Readonly<Record<string, UploadFacts>> = {
  photo: { bytes: 1000, isLossless: false, quality: 40, bareFormat: 'jpeg' },
  drawing: { bytes: 1000, isLossless: true, colors: 8, bareFormat: 'png' },
  sticker: { bytes: 1000, isLossless: false, bareFormat: 'webp' },
  scan: { bytes: 1000, isLossless: true },
};

/** The encodings of an output in the order in which they are tried, as calls of sharp. */
function encodings(output: ImageOutputProfile, upload: UploadFacts, isReframed: boolean): unknown[] {
  const facts = { header: { isPalette: false }, upload } as unknown as ImageFacts;
  return [false, true].map((alpha) =>
    chooseEncodings(output, facts, { alpha, isReframed, colors: 20 }).map(({ name, contentType, encode }) => {
      if (encode === 'upload') return [name, contentType, encode];
      const calls: unknown[] = [];
      const recorder: object = new Proxy(
        {},
        {
          get: (_, method) => (options: object) => {
            calls.push(method, options);
            return recorder;
          },
        },
      );
      encode(recorder as Sharp);
      return [name, contentType, ...calls];
    }),
  );
}

export const GOLDEN_IMAGES = {
  image: {
    texts: () =>
      Object.fromEntries(
        Object.entries(UPLOADS).map(([label, upload]) => {
          const all = DEFAULT_PROFILE.image.outputs.flatMap((output) =>
            [true, false].map((isReframed) => encodings(output, upload, isReframed)),
          );
          return [`encodings of a ${label}`, JSON.stringify(all)];
        }),
      ),
    bytes: {
      tools: SHARP_TOOLS,
      make: async () => ({ ...(await rendered(3)).contents, ...(await rendered(4)).contents }),
    },
  },
  metadata: {
    bytes: {
      tools: SHARP_TOOLS,
      make: async () => ({ 'metadata.json': JSON.stringify((await rendered(4)).metadata) }),
    },
  },
} satisfies Record<string, GoldenRecipe>;
