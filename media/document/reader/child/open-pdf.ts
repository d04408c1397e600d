import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { getDocument, type PDFDocumentProxy, VerbosityLevel, version } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { LIMITS } from '../../limits.ts';
import { PDFJS_FOLDER } from '../font-folders.ts';
import type { DocumentFacts } from '../page-protocol.ts';
import { BoundedCanvasFactory } from './canvas-factory.ts';
import { openedByEmptyOwner } from './owner-password.ts';
import { addProblem, takeProblems, wasRepaired } from './page-problems.ts';
import { readMetadata } from './read-metadata.ts';
import { readOutline } from './read-outline.ts';
import { withTrailer } from './recover-trailer.ts';
import { registerFonts } from './register-fonts.ts';

export interface OpenPdf {
  pdf: PDFDocumentProxy;
  facts: DocumentFacts;
  /** The document is an XFA form, and nothing was said of it yet. */
  maybeDynamicXfa: boolean;
  /** Text may be typed onto pages, as far as it shows without unpacking the file. */
  maybeTypedText: boolean;
  /** Groups of optional content ("layers") that readers do not show. */
  hiddenLayers: OptionalContentConfig | undefined;
}

export type OptionalContentConfig = Awaited<ReturnType<PDFDocumentProxy['getOptionalContentConfig']>>;

export const DYNAMIC_XFA =
  'the document is a dynamic XFA form, which only Adobe software displays; its page is a placeholder';
const NEEDS_RENDERING = '/NeedsRendering true';

const require = createRequire(import.meta.url);

/** After the last end marker: the start of an object or table, and so of an update without an end. */
const UNFINISHED_UPDATE = /^\s*(?:\d+\s|\d+$|xref)/;

/**
 * Opens a PDF. Throws pdf.js's errors by name: PasswordException, InvalidPDFException and others.
 */
export async function openPdf(file: string): Promise<OpenPdf> {
  registerFonts();
  const data = await readFile(file);
  const pdf = await load(data).catch((error) => {
    const opened = error.name === 'PasswordException' ? openedByEmptyOwner(data) : undefined;
    if (opened) return load(opened);
    const recovered = error.name === 'InvalidPDFException' ? withTrailer(data) : undefined;
    if (!recovered) throw error;
    addProblem('the end of the file is missing; only recovered content is shown');
    return load(recovered);
  });
  // pdf.js then shows the version before that update, and has no reason to complain.
  const end = data.lastIndexOf('%%EOF');
  if (end >= 0 && UNFINISHED_UPDATE.test(data.toString('latin1', end + 5, end + 100)))
    addProblem('the end of the file is missing; it may show an earlier version');
  const { metadata, isXfa } = await readMetadata(pdf);
  const isDynamicXfa = isXfa && metadata.form && data.includes(NEEDS_RENDERING);
  if (isDynamicXfa) addProblem(DYNAMIC_XFA);
  const layers = await pdf.getOptionalContentConfig().catch(() => undefined);
  const hasHidden = layers && [...layers].some(([, { visible }]) => !visible);
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
  return {
    pdf,
    facts,
    maybeDynamicXfa: isXfa && metadata.form && !isDynamicXfa,
    maybeTypedText: data.includes('/FreeText'),
    hiddenLayers: hasHidden ? layers : undefined,
  };
}

/**
 * Loads a PDF. pdf.js 6 evaluates no code (`isEvalSupported` was removed with its compiler); in
 * addition, this process runs with --disallow-code-generation-from-strings.
 */
function load(data: Buffer): Promise<PDFDocumentProxy> {
  return getDocument({
    // A copy: pdf.js detaches the buffer that it gets.
    data: new Uint8Array(data),
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
}
