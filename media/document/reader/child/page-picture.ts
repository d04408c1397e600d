import { writeFile } from 'node:fs/promises';
import { createCanvas } from '@napi-rs/canvas';
import { AnnotationMode, OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { PICTURE_SIDE } from '../../limits.ts';
import type { PagePicture } from '../page-protocol.ts';
import { free } from './canvas-factory.ts';
import { drawTypedTexts } from './draw-typed-texts.ts';
import type { OpenPdf } from './open-pdf.ts';
import { type Annotation, isSeen } from './page-annotations.ts';
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
    const annotations: Annotation[] = await page.getAnnotations();
    await page.render({
      // The library's types only accept the browser's canvas; this one is a compatible replacement.
      canvas: canvas as never,
      viewport,
      annotationMode: fillFields(pdf, annotations) ? AnnotationMode.ENABLE_STORAGE : AnnotationMode.ENABLE,
      background: 'white',
    }).promise;
    drawTypedTexts(canvas, viewport, annotations);
    const pixels = canvas.data();
    const blank = isBlank(pixels);
    if (blank && (await hasContent(page))) addProblem('the page rendered blank although it has content');
    await writeFile(into, pixels);
    return { width: canvas.width, height: canvas.height, isBlank: blank, problems: takeProblems() };
  } finally {
    page.cleanup();
    free(canvas);
  }
}

/**
 * Passes the values of text and choice fields that bring no picture of themselves to pdf.js, which
 * then draws them. Returns false if there are none.
 */
function fillFields({ annotationStorage }: OpenPdf['pdf'], annotations: readonly Annotation[]): boolean {
  const bare = annotations.filter(
    (field) =>
      (field.fieldType === 'Tx' || field.fieldType === 'Ch') &&
      !(field.hasAppearance || field.password) &&
      isSeen(field) &&
      (Array.isArray(field.fieldValue) ? field.fieldValue.length > 0 : Boolean(field.fieldValue)),
  );
  for (const { id, fieldValue } of bare) annotationStorage.setValue(id, { value: fieldValue });
  return bare.length > 0;
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
