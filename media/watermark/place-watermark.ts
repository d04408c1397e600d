import type { WatermarkProfile } from '../profile/watermark.ts';

/** Distance from the edges of the output, as a share of its shorter side. */
const MARGIN = 0.02;

interface Size {
  width: number;
  height: number;
}

/** Where a watermark goes, in pixels of the output. */
export interface Placement extends Size {
  left: number;
  top: number;
}

/**
 * Places an image of that size on an output. `step`: what sizes and positions are multiples of, 2
 * for video, whose colors have half the resolution.
 */
export function placeWatermark(
  { scale, position }: Pick<WatermarkProfile, 'scale' | 'position'>,
  image: Size,
  output: Size,
  step: 1 | 2 = 1,
): Placement {
  const factor = Math.min((output.width * scale) / image.width, output.height / image.height);
  const side = (of: number, most: number) => Math.max(step, down(Math.min(Math.round(of * factor), most)));
  const width = side(image.width, output.width);
  const height = side(image.height, output.height);
  const margin = Math.round(Math.min(output.width, output.height) * MARGIN);
  const at = (free: number, share: number) => {
    const kept = Math.min(margin, Math.floor(free / 2));
    return down(Math.round(kept + (free - 2 * kept) * share));
  };
  return {
    ...{ width, height },
    left: at(output.width - width, shareOf(position, 'west', 'east')),
    top: at(output.height - height, shareOf(position, 'north', 'south')),
  };

  function down(pixels: number): number {
    return pixels - (pixels % step);
  }
}

/** Share of the free space that lies on the first side. */
function shareOf(position: WatermarkProfile['position'], first: string, second: string): number {
  return position.includes(first) ? 0 : position.includes(second) ? 1 : 0.5;
}
