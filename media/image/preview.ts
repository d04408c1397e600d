import { openPixels } from '../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../sharp/pixels.ts';

/** Previews that a page can show before any image has loaded. */
export interface Preview {
  /** Data URI of a WebP of a few pixels, to be scaled up: about 150 bytes. */
  placeholder: string;
  /** `#rrggbb`, composited on white if the image is transparent. */
  dominantColor: string;
}

/** Longest side of the placeholder, in pixels. */
const PLACEHOLDER = 16;

/**
 * Builds the preview from a thumbnail's pixels: the whole image would give the same result and take
 * longer.
 */
export async function previewOf(thumbnail: Pixels): Promise<Preview> {
  const tiny = openPixels(thumbnail).resize(PLACEHOLDER, PLACEHOLDER, {
    fit: 'inside',
    withoutEnlargement: true,
  });
  const onWhite = await readPixels(openPixels(thumbnail).flatten({ background: '#fff' }));
  const { dominant } = await openPixels(onWhite).stats();
  const hex = [dominant.r, dominant.g, dominant.b]
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('');
  const webp = await tiny.webp({ quality: 50 }).toBuffer();
  return { placeholder: `data:image/webp;base64,${webp.toString('base64')}`, dominantColor: `#${hex}` };
}
