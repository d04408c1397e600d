import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FfmpegRun } from '../ffmpeg/run-ffmpeg.ts';
import type { VideoProfile } from '../profile/video-profile.ts';
import { placeWatermark } from '../watermark/place-watermark.ts';
import {
  type DecodedWatermark,
  decodeWatermark,
  scaleWatermark,
  type Watermarks,
} from '../watermark/watermark-image.ts';
import type { VideoRendition } from './ladder.ts';
import { fraction, type VideoPlan } from './plan.ts';

type Marked = Pick<VideoPlan, 'profile' | 'watermark' | 'renditions' | 'frameRate'>;

/** Decodes the watermark that a profile names, if it does. Throws like `decodeWatermark`. */
export async function profileWatermark(
  { watermark }: VideoProfile,
  watermarks: Watermarks = new Map(),
): Promise<DecodedWatermark | undefined> {
  return watermark && decodeWatermark(watermark.image, watermarks);
}

const fileOf = ({ name }: VideoRendition) => `watermark-${name}.rgba`;

/**
 * Writes the watermark at the size for each rendition, as pixels: ffmpeg never sees the tenant's
 * file.
 */
export async function writeOverlays(plan: Marked, cwd: string): Promise<void> {
  for (const { rendition, place, watermark, look } of overlaysOf(plan))
    await writeFile(join(cwd, fileOf(rendition)), (await scaleWatermark(watermark, place, look)).data);
}

/** Inputs of the encoding run: one of a single frame for each rendition, behind that of the upload. */
export function overlayInputs(plan: Marked): NonNullable<FfmpegRun['moreInputs']> {
  return overlaysOf(plan).map(({ rendition, place: { width, height } }) => ({
    file: fileOf(rendition),
    args: [
      ...['-f', 'rawvideo', '-pixel_format', 'rgba', '-video_size', `${width}x${height}`],
      // As the video's, so that its frames keep their clock.
      ...['-framerate', fraction(plan.frameRate)],
    ],
  }));
}

/** Filters that put the watermark onto `[bare0]`, `[bare1]` …, which become `[v0]`, `[v1]` … */
export function overlayFilters(plan: Marked): string[] {
  return overlaysOf(plan).map(({ place: { left, top } }, i) => {
    const colored = `[${i + 1}:v]scale=out_color_matrix=bt709:out_range=tv,format=yuva420p[mark${i}]`;
    return `${colored};[bare${i}][mark${i}]overlay=x=${left}:y=${top}:format=yuv420[v${i}]`;
  });
}

function overlaysOf({ profile, watermark, renditions }: Marked) {
  const { watermark: look } = profile;
  if (!look || !watermark) return [];
  return renditions.map((rendition) => ({
    ...{ rendition, watermark, look },
    place: placeWatermark(look, watermark.pixels, rendition, 2),
  }));
}
