import * as z from 'zod';
import { describeOutput } from '../kinds/describe-output.ts';
import { isFreeName } from '../kinds/free-name.ts';
import { uniqueBy } from './unique-names.ts';
import { WATERMARK } from './watermark.ts';

/** The longest side of WebP, the smallest maximum of the formats. */
const MAX_SIDE = 16_383;
const SIDE = z.number().int().min(1).max(MAX_SIDE);

/** Pixels of an output that may be larger than its upload: as many as fit into memory more than once. */
const MAX_FRAME_PIXELS = 40_000_000;

/** Extensions that an output of a format may have. */
const EXTENSIONS = {
  auto: ['jpg', 'png', 'webp'],
  jpeg: ['jpg'],
  png: ['png'],
  webp: ['webp'],
  avif: ['avif'],
} as const;
export type ImageFormat = keyof typeof EXTENSIONS;
const FORMATS = Object.keys(EXTENSIONS) as ImageFormat[];

/** Highest effort of the encoders that have one. */
const MAX_EFFORT: Readonly<Partial<Record<ImageFormat, number>>> = { webp: 6, avif: 9 };

/** libvips's positions, then two that look at the picture: sharp's documentation of `resize`. The last is the upload's. */
const GRAVITIES = [
  ...['center', 'north', 'northeast', 'east', 'southeast', 'south', 'southwest', 'west', 'northwest'],
  ...['attention', 'entropy', 'focal'],
] as const;

const FIELDS = {
  name: z.string().describe('Begins the name of the file: `hero` is written as {stem}_hero.webp.'),
  format: z
    .enum(FORMATS)
    .describe(
      'auto: JPEG; PNG for a picture with alpha, and for line art at its own size; WebP where a PNG would be larger than the upload.',
    ),
  width: SIDE.optional().describe('In pixels. Default: no limit but that of the format.'),
  height: SIDE.optional().describe('In pixels. Default: no limit but that of the format.'),
  fit: z
    .enum(['inside', 'cover', 'contain'])
    .default('inside')
    .describe(
      'inside: scaled down to fit, never enlarged. cover: exactly this size, cut, enlarged if need be. contain: exactly this size, never enlarged, on `background`, also where it is transparent.',
    ),
  gravity: z
    .enum(GRAVITIES)
    .default('center')
    .describe(
      'cover: what is kept; contain: where the picture is put (attention, entropy and focal: center). focal: what is around the focal point of the upload (x-amz-meta-focal-point), or else its center.',
    ),
  background: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'expected a color such as #ffffff')
    .default('#ffffff')
    .describe('Of contain, and behind transparency in a JPEG.'),
  quality: z
    .number()
    .int()
    .min(1)
    .max(100)
    .optional()
    .describe('Of a lossy format. Default: JPEG and WebP 80, AVIF 50.'),
  effort: z
    .number()
    .int()
    .min(0)
    .max(9)
    .optional()
    .describe('CPU time for fewer bytes, for WebP (0 to 6, default 4) and AVIF (0 to 9, default 2).'),
  progressive: z.boolean().default(false).describe('Of a JPEG.'),
  frames: z
    .enum(['first', 'all'])
    .default('first')
    .describe('What of an animation is shown. all: WebP with fit inside only.'),
  ifLarger: z
    .enum(['shrink', 'omit', 'keep'])
    .default('shrink')
    .describe(
      'What happens to an output with the size of the upload and more bytes. shrink: other encodings are tried, of less quality where the upload has lost some, and for AVIF. omit: then it is left out. keep: nothing.',
    ),
  watermark: WATERMARK.optional().describe('Put onto the finished picture. None with frames all.'),
};

/** One output of an image. */
const IMAGE_OUTPUT = z.strictObject(FIELDS).superRefine((output, context) => {
  const problem = (field: keyof typeof FIELDS, message: string) =>
    context.addIssue({ code: 'custom', path: [field], input: output[field], message });
  const { name, format, fit, effort = 0 } = output;
  const maxEffort = MAX_EFFORT[format];
  if (!isAllowed(name, format))
    problem(
      'name',
      'expected up to 31 characters a-z, 0-9 or -, beginning with a letter, that no other output uses',
    );
  if (fit !== 'inside' && output.width === undefined) problem('width', `expected a width for ${fit}`);
  if (fit !== 'inside' && output.height === undefined) problem('height', `expected a height for ${fit}`);
  if (fit !== 'inside' && (output.width ?? 0) * (output.height ?? 0) > MAX_FRAME_PIXELS)
    problem('height', `expected at most ${MAX_FRAME_PIXELS} pixels for ${fit}`);
  if (output.effort !== undefined && maxEffort === undefined)
    problem('effort', `expected none for ${format}`);
  if (maxEffort !== undefined && effort > maxEffort)
    problem('effort', `expected at most ${maxEffort} for ${format}`);
  if (output.quality !== undefined && format === 'png') problem('quality', 'expected none for png');
  if (output.progressive && format !== 'jpeg' && format !== 'auto')
    problem('progressive', `expected none for ${format}`);
  if (output.frames === 'all' && (format !== 'webp' || fit !== 'inside'))
    problem('frames', 'expected first, but for webp with fit inside');
  if (output.watermark && output.frames === 'all') problem('watermark', 'expected none with frames all');
});

export type ImageOutputProfile = z.output<typeof IMAGE_OUTPUT>;

/** Maximum number of outputs. */
const MAX_OUTPUTS = 32;

/** Outputs of an image. */
export const IMAGE_PROFILE = z.strictObject({
  outputs: z
    .array(IMAGE_OUTPUT)
    .min(1)
    .max(MAX_OUTPUTS)
    .superRefine(uniqueBy('name', ({ name }) => name)),
});

/** Returns true for a free name, and for one of OUTPUTS that has every extension of the format. */
function isAllowed(name: string, format: ImageFormat): boolean {
  if (isFreeName(name)) return true;
  return EXTENSIONS[format].every((extension) => {
    const row = describeOutput(`${name}.${extension}`);
    return row?.kinds.includes('IMAGE') && (row.role === 'thumbnail' || row.role === 'picture');
  });
}
