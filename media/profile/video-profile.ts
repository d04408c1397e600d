import * as z from 'zod';
import { isFreeName } from '../kinds/free-name.ts';
import { CLIP } from './clip.ts';
import { THUMBNAILS } from './thumbnails.ts';
import { uniqueBy } from './unique-names.ts';
import { WATERMARK } from './watermark.ts';

/** By the number of lines, as people call them, or a free name. */
const LINES = /^\d{3,4}p$/;
const MAX_RENDITIONS = 6;
const CODECS = ['h264', 'hevc', 'av1'] as const;
export type VideoCodec = (typeof CODECS)[number];
/** Rate factors that make sense, on each codec's scale. */
const MAX_CRF: Readonly<Record<VideoCodec, number>> = { h264: 40, hevc: 40, av1: 55 };

const RENDITION = z
  .strictObject({
    name: z
      .string()
      .refine(
        (name) => LINES.test(name) || isFreeName(name),
        'expected a number of lines such as 720p, or up to 31 characters a-z, 0-9 or -, beginning with a letter, that no other output uses',
      )
      .describe('Names the file, {stem}_{name}.mp4, and the folder of the HLS segments.'),
    shortSide: z.number().int().min(144).max(2160).describe('In pixels. Never enlarged.'),
    codec: z
      .enum(CODECS)
      .optional()
      .describe(
        'Default: h264, which all players decode. hevc (H.265, tag hvc1) and av1 want about half of its bitrate. The same size may be asked for in several.',
      ),
    crf: z
      .number()
      .min(10)
      .max(Math.max(...Object.values(MAX_CRF)))
      .describe(
        'Constant rate factor; lower is better. h264 (0 to 51): 10 to 40, such as 23. hevc (0 to 51): 10 to 40, such as 28. av1 (0 to 63): 10 to 55, such as 35.',
      ),
    maxBitrate: z
      .number()
      .int()
      .min(100_000)
      .max(40_000_000)
      .describe('In bit/s; 1.5 times as much above 31 frames per second.'),
  })
  .superRefine(({ codec = 'h264', crf }, context) => {
    if (crf > MAX_CRF[codec])
      context.addIssue({
        ...{ code: 'custom', path: ['crf'], input: crf },
        message: `expected at most ${MAX_CRF[codec]} for ${codec}`,
      });
  })
  // As a profile that does not name it: the same outputs have the same recipe.
  .transform(({ codec, ...rest }): typeof rest & { codec?: VideoCodec } =>
    codec === undefined || codec === 'h264' ? rest : { ...rest, codec },
  );

const PREVIEW = z.strictObject({
  name: z
    .string()
    .refine(
      isFreeName,
      'expected up to 31 characters a-z, 0-9 or -, beginning with a letter, that no other output uses',
    )
    .describe('Names the file, {stem}_{name}.webp or .mp4.'),
  format: z.enum(['webp', 'mp4']).describe('webp: animated, repeated for ever. mp4: H.264.'),
  seconds: z.number().min(1).max(30).describe('Duration, or that of a shorter video.'),
  atSeconds: z.number().min(0).optional().describe('Where it begins. Default: where the poster is.'),
  side: z.number().int().min(64).max(1280).describe('Longest side in pixels. Never enlarged.'),
  framesPerSecond: z.number().int().min(1).max(30),
});
const MAX_PREVIEWS = 4;

const sizeAndCodec = ({ shortSide, codec = 'h264' }: z.output<typeof RENDITION>) => `${shortSide} ${codec}`;

/** Outputs of a video. */
export const VIDEO_PROFILE = z.strictObject({
  renditions: z
    .array(RENDITION)
    .min(1)
    .max(MAX_RENDITIONS)
    .superRefine(uniqueBy('name', ({ name }) => name))
    .refine(
      (renditions) => new Set(renditions.map(sizeAndCodec)).size === renditions.length,
      'expected short sides that differ, but for those of another codec',
    )
    .transform((renditions) => renditions.toSorted((a, b) => b.shortSide - a.shortSide))
    .describe(
      'In MP4. Those that the video is large enough for; of a smaller video the smallest, in its own size.',
    ),
  clip: CLIP.optional().describe(
    'Piece of the video that all outputs show; other positions count from its beginning. Default: all of it. A video that ends before it is rejected.',
  ),
  hls: z.boolean().describe('Whether each rendition is a variant of an HLS stream, too.'),
  watermark: WATERMARK.optional().describe(
    'Put onto each rendition, HLS included, and so onto previews, which are made of renditions. Not onto poster, thumbnails and storyboard. Nothing is copied then.',
  ),
  poster: z
    .strictObject({
      shortSide: z.number().int().min(144).max(2160).describe('In pixels. Never enlarged.'),
      atSeconds: z
        .number()
        .min(0)
        .optional()
        .describe(
          'Position. Default: a tenth of the duration, at most 30 s, and later ones while it is dark there.',
        ),
    })
    .describe('JPEG of one frame, of which the thumbnails are made, too.'),
  thumbnails: THUMBNAILS,
  previews: z
    .array(PREVIEW)
    .max(MAX_PREVIEWS)
    .superRefine(uniqueBy('name', ({ name }) => name))
    .default([])
    .describe('Short pieces of it, without sound.'),
  storyboard: z
    .strictObject({
      tileSide: z.number().int().min(40).max(320).describe('Longest side of a tile in pixels.'),
      intervalSeconds: z.number().int().min(1).max(600).describe('Seconds between tiles, or more …'),
      maxTiles: z.number().int().min(1).max(100).describe('… so that there are at most so many.'),
    })
    .describe('One JPEG of many small pictures for the seek bar, and their WebVTT.'),
});

export type VideoProfile = z.output<typeof VIDEO_PROFILE>;
