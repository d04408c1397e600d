import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import type { PageViewport } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { type Annotation, fontSize, linesOf, typedTexts } from './page-annotations.ts';
import { noteMissingCharacters } from './substituted-text.ts';

const LINE_HEIGHT = 1.2;
const PADDING = 2;
const MAX_ROWS = 500;

/** Draws text typed onto the page whose picture is missing from the file; pdf.js needs a browser for it. */
export function drawTypedTexts(
  canvas: Canvas,
  viewport: PageViewport,
  annotations: readonly Annotation[],
): void {
  const bare = typedTexts(annotations).filter(({ hasAppearance }) => !hasAppearance);
  if (bare.length === 0) return;
  const context = canvas.getContext('2d');
  for (const typed of bare) {
    context.save();
    context.setTransform(...(viewport.transform as [number, number, number, number, number, number]));
    drawOne(context, typed);
    context.restore();
  }
}

function drawOne(context: SKRSContext2D, typed: Annotation): void {
  const [left = 0, bottom = 0, right = 0, top = 0] = typed.rect;
  const size = fontSize(typed);
  const [red = 0, green = 0, blue = 0] = Array.from(typed.defaultAppearanceData?.fontColor ?? []);
  context.beginPath();
  context.rect(left, bottom, right - left, top - bottom);
  context.clip();
  // Page coordinates point upward.
  context.translate(left + PADDING, top - PADDING);
  context.scale(1, -1);
  context.font = `${size}px sans-serif`;
  context.fillStyle = `rgb(${red}, ${green}, ${blue})`;
  const rows = linesOf(typed).flatMap((line) => wrapped(context, line, right - left - 2 * PADDING));
  rows.slice(0, MAX_ROWS).forEach((row, i) => {
    context.fillText(row, 0, size + i * size * LINE_HEIGHT);
    noteMissingCharacters(row);
  });
}

/** Breaks a line between words. */
function wrapped(context: SKRSContext2D, line: string, width: number): string[] {
  const rows: string[] = [];
  let row = '';
  for (const word of line.split(/(?<=\s)/)) {
    if (row !== '' && context.measureText(row + word.trimEnd()).width > width) {
      rows.push(row);
      row = '';
    }
    row += word;
  }
  return [...rows, row];
}
