import { existsSync } from 'node:fs';
import { GlobalFonts } from '@napi-rs/canvas';
import { FALLBACK_FONT_FOLDERS, PDFJS_FOLDER } from '../font-folders.ts';

/** Fonts for CSS's generic families: pdf.js's own Liberation and Foxit files. */
const GENERIC: readonly (readonly [string, string])[] = [
  ['sans-serif', 'LiberationSans-Regular.ttf'],
  ['sans-serif', 'LiberationSans-Bold.ttf'],
  ['sans-serif', 'LiberationSans-Italic.ttf'],
  ['sans-serif', 'LiberationSans-BoldItalic.ttf'],
  ['serif', 'FoxitSerif.pfb'],
  ['serif', 'FoxitSerifBold.pfb'],
  ['serif', 'FoxitSerifItalic.pfb'],
  ['serif', 'FoxitSerifBoldItalic.pfb'],
  ['monospace', 'FoxitFixed.pfb'],
  ['monospace', 'FoxitFixedBold.pfb'],
];

let done = false;

/**
 * Registers the fonts with the canvas, once. The process must run with DISABLE_SYSTEM_FONTS_LOAD.
 */
export function registerFonts(): void {
  if (done) return;
  done = true;
  for (const [family, file] of GENERIC)
    GlobalFonts.registerFromPath(`${PDFJS_FOLDER}/standard_fonts/${file}`, family);
  const folder = FALLBACK_FONT_FOLDERS.find((path) => existsSync(path));
  if (folder) GlobalFonts.loadFontsFromDir(folder);
}
