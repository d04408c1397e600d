import { writeFile } from 'node:fs/promises';
import { createCanvas } from '@napi-rs/canvas';
import { PICTURE_SIDE } from '../../limits.ts';
import type { PagePicture, Question } from '../page-protocol.ts';
import { takeProblems } from './page-problems.ts';
import { registerFonts } from './register-fonts.ts';
import { noteMissingCharacters } from './substituted-text.ts';

/** A4 page with room for TEXT_PAGE's lines and columns. */
const WIDTH = Math.round(PICTURE_SIDE / Math.SQRT2);
const MARGIN = 96;
const FONT = 20;
const LINE = 28;

/** Draws lines of plain text as a page. */
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
  lines.forEach((line, index) => {
    context.fillText(line, MARGIN, MARGIN + FONT + index * LINE);
    noteMissingCharacters(line);
  });
  await writeFile(into, canvas.data());
  return { width: WIDTH, height: PICTURE_SIDE, isBlank: false, problems: takeProblems() };
}
