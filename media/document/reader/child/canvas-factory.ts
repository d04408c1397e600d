import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { LIMITS } from '../../limits.ts';
import { noteSubstitutedText } from './substituted-text.ts';

interface CanvasAndContext {
  canvas: Canvas | null;
  context: SKRSContext2D | null;
}

/**
 * Creates the canvases that pdf.js requests, with a limited size, and records the text drawn on
 * them. The page's own canvas is far smaller than the images that pdf.js may paint through one of
 * these.
 */
export class BoundedCanvasFactory {
  create(width: number, height: number): { canvas: Canvas; context: SKRSContext2D } {
    const canvas = createCanvas(...bounded(width, height));
    return { canvas, context: listening(canvas.getContext('2d')) };
  }

  /** Returns the context of a page's canvas. */
  getNoAlphaContext(canvas: Canvas): SKRSContext2D {
    return listening(canvas.getContext('2d', { alpha: false }));
  }

  reset({ canvas }: CanvasAndContext, width: number, height: number): void {
    if (!canvas) throw new Error('Expected a canvas to reset');
    [canvas.width, canvas.height] = bounded(width, height);
  }

  destroy(held: CanvasAndContext): void {
    if (held.canvas) free(held.canvas);
    held.canvas = null;
    held.context = null;
  }
}

/** Frees the pixels now, not at the next garbage collection. */
export function free(canvas: Canvas): void {
  canvas.width = 0;
  canvas.height = 0;
}

function bounded(width: number, height: number): [number, number] {
  const size: [number, number] = [Math.ceil(width), Math.ceil(height)];
  if (!(size[0] > 0 && size[1] > 0 && size[0] * size[1] <= LIMITS.imagePixels))
    throw new Error(`Expected a canvas of 1 to ${LIMITS.imagePixels} pixels, got ${size.join('×')}`);
  return size;
}

const listened = new WeakSet<SKRSContext2D>();

/**
 * Intercepts text: pdf.js draws the glyphs of embedded fonts as paths, and uses `fillText` only for
 * fonts missing from the file.
 */
function listening(context: SKRSContext2D): SKRSContext2D {
  if (listened.has(context)) return context;
  listened.add(context);
  for (const method of ['fillText', 'strokeText'] as const) {
    const draw = context[method].bind(context);
    context[method] = (text, x, y, maxWidth) => {
      noteSubstitutedText(context.font, text);
      return maxWidth === undefined ? draw(text, x, y) : draw(text, x, y, maxWidth);
    };
  }
  return context;
}
