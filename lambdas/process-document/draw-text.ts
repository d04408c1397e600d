import { writeFile } from 'node:fs/promises';
import { createCanvas } from '@napi-rs/canvas';
import { PICTURE_SIDE } from './limits.ts';
import { takeProblems } from './page-problems.ts';
import type { PagePicture, Question } from './page-protocol.ts';
import { registerFonts } from './register-fonts.ts';
import { noteMissingCharacters } from './substituted-text.ts';

/** An A4 page, its longer side PICTURE_SIDE. */
const WIDTH = Math.round(PICTURE_SIDE / Math.SQRT2);
const MARGIN = 90;
const FONT = 20;
const LINE = 28;

/** Lines and columns of text that the picture has room for. */
export const TEXT_PAGE = { lines: Math.floor((PICTURE_SIDE - 2 * MARGIN) / LINE), columns: 80 };

/** Draws the beginning of a plain text as a page of paper. */
export async function drawText({
  lines,
  monospace,
  into,
}: Extract<Question, { ask: 'draw' }>): Promise<PagePicture> {
  registerFonts();
  const canvas = createCanvas(WIDTH, PICTURE_SIDE);
  const context = canvas.getContext('2d');
  context.fillStyle = 'white';
  context.fillRect(0, 0, WIDTH, PICTURE_SIDE);
  context.fillStyle = '#1a1a1a';
  context.font = `${FONT}px ${monospace ? 'monospace' : 'sans-serif'}`;
  context.beginPath();
  context.rect(MARGIN, 0, WIDTH - 2 * MARGIN, PICTURE_SIDE);
  context.clip();
  lines.forEach((line, index) => {
    context.fillText(line, MARGIN, MARGIN + FONT + index * LINE);
    noteMissingCharacters(line);
  });
  await writeFile(into, canvas.data());
  return { width: WIDTH, height: PICTURE_SIDE, problems: takeProblems() };
}
