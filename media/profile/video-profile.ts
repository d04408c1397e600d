import * as z from 'zod';
import { isFreeName } from '../kinds/free-name.ts';
import { THUMBNAILS } from './thumbnails.ts';
import { uniqueBy } from './unique-names.ts';
import { WATERMARK } from './watermark.ts';

/** By the number of lines, as people call them, or a free name. */
const LINES = /^\d{3,4}p$/;
const MAX_RENDITIONS = 6;

const RENDITION = z.strictObject({
  name: z
    .string()
    .refine(
      (name) => LINES.test(name) || isFreeName(name),
      'expected a number of lines such as 720p, or up to 31 characters a-z, 0-9 or -, beginning with a letter, that no other output uses',
    )
    .describe('Names the file, {stem}_{name}.mp4, and the folder of the HLS segments.'),
  shortSide: z.number().int().min(144).max(2160).describe('In pixels. Never enlarged.'),
  crf: z.number().min(10).max(40).describe('Constant rate factor of libx264; lower is better.'),
  maxBitrate: z
    .number()
    .int()
    .min(100_000)
    .max(40_000_000)
    .describe('In bit/s; 1.5 times as much above 31 frames per second.'),
});

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

/** Outputs of a video. */
export const VIDEO_PROFILE = z.strictObject({
  renditions: z
    .array(RENDITION)
    .min(1)
    .max(MAX_RENDITIONS)
    .superRefine(uniqueBy('name', ({ name }) => name))
    .refine(
      (renditions) => new Set(renditions.map(({ shortSide }) => shortSide)).size === renditions.length,
      'expected short sides that differ',
    )
    .transform((renditions) => renditions.toSorted((a, b) => b.shortSide - a.shortSide))
    .describe(
      'H.264 in MP4. Those that the video is large enough for; of a smaller video the smallest, in its own size.',
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
