import { createCanvas } from '@napi-rs/canvas';
import { addProblem } from './page-problems.ts';

/** Characters that every fallback font has: not worth a look. */
const COMMON = /^[\s\u0020-\u024F\u2010-\u2044]*$/u;
/** A noncharacter: no font has it, so it shows what a font draws for a missing glyph. */
const MISSING = '\u{FFFFE}';
const SAMPLE = 24;
const drawable = new Map<string, boolean>();

/** Notes that text was drawn in a font which the document does not bring, and which characters no font here has. */
export function noteSubstitutedText(cssFont: string, text: string): void {
  const name = nameIn(cssFont);
  if (name === undefined || text.trim() === '') return;
  addProblem(`font ${name} is not embedded; another one stands in for it`);
  noteMissingCharacters(text);
}

export function noteMissingCharacters(text: string): void {
  if (COMMON.test(text)) return;
  for (const character of text) {
    if (!COMMON.test(character) && !isDrawable(character)) {
      addProblem('characters that no font at hand has are missing from the picture');
      return;
    }
  }
}

/**
 * `italic bold 24px "MS Mincho", serif` → `MS Mincho`. The name is the document's own: hostile until cut. A lone generic name is pdf.js
 * trying out the canvas.
 */
function nameIn(cssFont: string): string | undefined {
  const [, name] = /px\s+"?([^",]*)"?,/.exec(cssFont) ?? [];
  return name === undefined
    ? undefined
    : name.replace(/[^\p{L}\p{N} ._+-]/gu, '').slice(0, 60) || 'without a name';
}

function isDrawable(character: string): boolean {
  const known = drawable.get(character);
  if (known !== undefined) return known;
  const differs = !sample(character).equals(sample(MISSING));
  drawable.set(character, differs);
  return differs;
}

function sample(character: string): Buffer {
  const canvas = createCanvas(SAMPLE * 2, SAMPLE * 2);
  const context = canvas.getContext('2d');
  context.font = `${SAMPLE}px sans-serif`;
  context.fillText(character, SAMPLE / 2, SAMPLE * 1.5);
  return canvas.data();
}
