import { createCanvas } from '@napi-rs/canvas';
import { addProblem } from './page-problems.ts';

/** Characters that every fallback font has, so not worth checking. */
const COMMON = /^[\s\u0020-\u024F\u2010-\u2044]*$/u;
/** A noncharacter: no font has it, so it is drawn as the glyph for missing characters. */
const MISSING = '\u{FFFFE}';
const SAMPLE = 24;
const drawable = new Map<string, boolean>();

/**
 * Records text drawn in a font that is not embedded in the document, and characters that no
 * available font has.
 */
export function noteSubstitutedText(cssFont: string, text: string): void {
  const name = nameIn(cssFont);
  if (name === undefined || text.trim() === '') return;
  addProblem(`font ${name} is not embedded; a substitute was used`);
  noteMissingCharacters(text);
}

export function noteMissingCharacters(text: string): void {
  if (COMMON.test(text)) return;
  for (const character of text) {
    if (!COMMON.test(character) && !isDrawable(character)) {
      addProblem('characters that no available font has are missing from the image');
      return;
    }
  }
}

/**
 * Extracts the font name: `italic bold 24px "MS Mincho", serif` → `MS Mincho`. The name comes from
 * the document: untrusted until sanitized. A single generic name is pdf.js probing the canvas.
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
