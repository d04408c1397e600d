import { writeFile } from 'node:fs/promises';
import { createCanvas } from '@napi-rs/canvas';
import { AnnotationMode, OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { PICTURE_SIDE } from '../../limits.ts';
import type { PagePicture } from '../page-protocol.ts';
import { free } from './canvas-factory.ts';
import type { OpenPdf } from './open-pdf.ts';
import { addProblem, takeProblems } from './page-problems.ts';

/** Draws a page on white, with its longer side at PICTURE_SIDE, and writes the pixels to a file. */
export async function drawPage({ pdf }: OpenPdf, number: number, into: string): Promise<PagePicture> {
  const page = await pdf.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: PICTURE_SIDE / Math.max(width, height) });
  const canvas = createCanvas(
    Math.max(1, Math.round(viewport.width)),
    Math.max(1, Math.round(viewport.height)),
  );
  try {
    await page.render({
      // The library's types only accept the browser's canvas; this one is a compatible replacement.
      canvas: canvas as never,
      viewport,
      annotationMode: AnnotationMode.ENABLE,
      background: 'white',
    }).promise;
    const pixels = canvas.data();
    if (isBlank(pixels) && (await hasContent(page)))
      addProblem('the page rendered blank although it has content');
    await writeFile(into, pixels);
    return { width: canvas.width, height: canvas.height, problems: takeProblems() };
  } finally {
    page.cleanup();
    free(canvas);
  }
}

function isBlank(pixels: Buffer): boolean {
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
  return words.every((word) => word === words[0]);
}

/**
 * Operators that paint visible content. Fills and strokes do not count: a white page often has a
 * white rectangle as its background.
 */
const MARKS: ReadonlySet<number> = new Set([
  OPS.showText,
  OPS.showSpacedText,
  OPS.nextLineShowText,
  OPS.nextLineSetSpacingShowText,
  OPS.paintImageXObject,
  OPS.paintInlineImageXObject,
  OPS.paintImageMaskXObject,
  OPS.shadingFill,
]);

async function hasContent(page: PDFPageProxy): Promise<boolean> {
  const { fnArray } = await page.getOperatorList();
  return fnArray.some((operator) => MARKS.has(operator));
}
