import './native-jpeg.ts';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { getDocument, type PDFDocumentProxy, VerbosityLevel, version } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { BoundedCanvasFactory } from './canvas-factory.ts';
import { PDFJS_FOLDER } from './font-folders.ts';
import { LIMITS } from './limits.ts';
import { takeProblems, wasRepaired } from './page-problems.ts';
import type { DocumentFacts } from './page-protocol.ts';
import { readMetadata } from './read-metadata.ts';
import { readOutline } from './read-outline.ts';
import { registerFonts } from './register-fonts.ts';

export interface OpenPdf {
  pdf: PDFDocumentProxy;
  facts: DocumentFacts;
}

const require = createRequire(import.meta.url);

/** Opens a PDF. Throws pdf.js's errors by name: PasswordException, InvalidPDFException and others. */
export async function openPdf(file: string): Promise<OpenPdf> {
  registerFonts();
  // pdf.js 6 evaluates no code (`isEvalSupported` is gone with its compiler), and this process was started with
  // --disallow-code-generation-from-strings, so it could not.
  const pdf = await getDocument({
    data: new Uint8Array(await readFile(file)),
    cMapUrl: `${PDFJS_FOLDER}/cmaps/`,
    standardFontDataUrl: `${PDFJS_FOLDER}/standard_fonts/`,
    wasmUrl: `${PDFJS_FOLDER}/wasm/`,
    iccUrl: `${PDFJS_FOLDER}/iccs/`,
    CanvasFactory: BoundedCanvasFactory,
    enableXfa: false,
    useSystemFonts: false,
    isImageDecoderSupported: true,
    maxImageSize: LIMITS.imagePixels,
    verbosity: VerbosityLevel.WARNINGS,
  }).promise;
  const metadata = await readMetadata(pdf);
  const outline = await readOutline(pdf);
  const canvas = require('@napi-rs/canvas/package.json') as { version: string };
  const facts = {
    pages: pdf.numPages,
    repaired: wasRepaired(),
    metadata,
    outline,
    tools: { 'pdfjs-dist': version, '@napi-rs/canvas': canvas.version },
    problems: takeProblems(),
  };
  return { pdf, facts };
}
