import sharp, { type Metadata, type Sharp } from 'sharp';
import { type ImageOptions, renderImage } from '../../../../media/image/render-image.ts';
import type { Closing, Output } from '../../../../media/output.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';

export const OPTIONS: ImageOptions = {
  outputs: DEFAULT_PROFILE.image.outputs,
  maxBytes: 20_000_000,
  maxPixels: 20_000_000,
  maxFrames: 100,
  avif: false,
  heic: true,
  concurrency: 0,
};

export interface Rendered extends Closing {
  names: string[];
  /** The outputs' bytes by name. */
  outputs: Map<string, Buffer>;
  facts: Map<string, Output['facts']>;
}

/** Runs the product's own code and keeps what it gives out. */
export async function render(
  source: Buffer | string,
  options: Partial<ImageOptions> = {},
): Promise<Rendered> {
  const outputs = new Map<string, Buffer>();
  const facts = new Map<string, Output['facts']>();
  const closing = await renderImage(
    source,
    { ...OPTIONS, ...options },
    async ({ name, body, facts: known }) => {
      if (!Buffer.isBuffer(body)) throw new Error(`Expected ${name} as a buffer`);
      outputs.set(name, body);
      facts.set(name, known);
    },
  );
  return { ...closing, outputs, facts, names: [...outputs.keys()].sort() };
}

export const metadataOf = (body: Buffer | undefined, animated = false): Promise<Metadata> =>
  sharp(body ?? Buffer.alloc(0), { animated }).metadata();

const COLORS = {
  red: [220, 30, 30],
  green: [30, 180, 30],
  blue: [30, 30, 220],
  yellow: [240, 230, 20],
} as const;
const WIDTH = 192;
const HEIGHT = 128;

/** Red, green, blue and yellow quarters, in reading order: right only one way up. */
export function quarters(): Sharp {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  const colors = Object.values(COLORS);
  for (let at = 0; at < WIDTH * HEIGHT; at++) {
    const right = at % WIDTH >= WIDTH / 2 ? 1 : 0;
    const below = at >= (WIDTH * HEIGHT) / 2 ? 2 : 0;
    pixels.set(colors[below + right] ?? [], at * 3);
  }
  return sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
}

/** The names of the colors in the middle of each quarter, in reading order; a color further off than `tolerance` by its channels. */
export async function readQuarters(body: Buffer | undefined, tolerance = 10): Promise<string[]> {
  const { data, info } = await sharp(body ?? Buffer.alloc(0))
    .removeAlpha()
    .toColorspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const start = (Math.floor(info.height * y) * info.width + Math.floor(info.width * x)) * info.channels;
    return nameOf([...data.subarray(start, start + 3)], tolerance);
  };
  return [at(0.25, 0.25), at(0.75, 0.25), at(0.25, 0.75), at(0.75, 0.75)];
}

function nameOf(pixel: number[], tolerance: number): string {
  const close = Object.entries(COLORS).find(([, color]) =>
    color.every((value, channel) => Math.abs(value - (pixel[channel] ?? 0)) <= tolerance),
  );
  return close?.[0] ?? pixel.join(',');
}

export const UPRIGHT = Object.keys(COLORS);
/** The colors of the quarters, as red, green and blue. */
export const QUARTERS: readonly (readonly number[])[] = Object.values(COLORS);

/** Frames of one color each. */
export async function frames(count: number, side = 40): Promise<Sharp> {
  const hues = Array.from({ length: count }, (_, i) => `hsl(${Math.round((360 * i) / count)}, 90%, 50%)`);
  const pictures = hues.map((background) =>
    sharp({ create: { width: side, height: side, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(pictures), { join: { animated: true } });
}
