import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Folder of the installed pdfjs-dist, with its CMaps, standard fonts, color profiles and WASM
 * decoders.
 */
export const PDFJS_FOLDER = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));

/**
 * Folders that may contain fonts for other scripts; the first that exists is used: `fonts/` shipped
 * beside the bundle, otherwise Debian's fonts-droid-fallback (Chinese, Japanese, Korean, Arabic …).
 * The machine's other fonts are never used: outputs must not depend on them.
 */
export const FALLBACK_FONT_FOLDERS = [
  fileURLToPath(new URL('./fonts', import.meta.url)),
  '/usr/share/fonts/truetype/droid',
];
