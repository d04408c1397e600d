import { PDFDateString, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { PdfMetadata } from '../page-protocol.ts';
import { addProblem } from './page-problems.ts';

/** Maximum length of one text field; some producers store a whole abstract there. */
const MAX_CHARACTERS = 2000;

/**
 * Reads the document's metadata from its information dictionary, otherwise from its XMP; and
 * whether it is an XFA form.
 */
export async function readMetadata(
  pdf: PDFDocumentProxy,
): Promise<{ metadata: PdfMetadata; isXfa: boolean }> {
  const { info, metadata: xmp } = await pdf.getMetadata().catch(() => {
    addProblem('the metadata could not be read');
    return { info: {}, metadata: null };
  });
  const entries = info as Record<string, unknown>;
  const field = (name: string, xmpName?: string) => {
    const raw = entries[name] || (xmpName ? xmp?.get(xmpName) : undefined);
    return text(Array.isArray(raw) ? raw.join(', ') : raw);
  };
  if (entries.IsXFAPresent && !entries.IsAcroFormPresent)
    addProblem('the document is an XFA form, which only Adobe software displays');
  if (entries.IsCollectionPresent)
    addProblem('the document is a portfolio: the files attached to it were not read');
  const metadata = withoutAbsent({
    title: field('Title', 'dc:title'),
    author: field('Author', 'dc:creator'),
    subject: field('Subject', 'dc:description'),
    keywords: field('Keywords', 'pdf:keywords'),
    creator: field('Creator', 'xmp:creatortool'),
    producer: field('Producer', 'pdf:producer'),
    createdAt: date(entries.CreationDate) ?? isoDate(xmp?.get('xmp:createdate')),
    modifiedAt: date(entries.ModDate) ?? isoDate(xmp?.get('xmp:modifydate')),
    language: field('Language'),
    pdfVersion: field('PDFFormatVersion'),
    encrypted: Boolean(entries.EncryptFilterName),
    tagged: Boolean(
      await pdf
        .getMarkInfo()
        .then((mark) => mark?.Marked)
        .catch(() => false),
    ),
    form: Boolean(entries.IsAcroFormPresent),
  });
  return { metadata, isXfa: Boolean(entries.IsXFAPresent) };
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const clean = value
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .toWellFormed();
  return clean ? clean.slice(0, MAX_CHARACTERS) : undefined;
}

function date(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const parsed = PDFDateString.toDateObject(value) as Date | null;
  return parsed && !Number.isNaN(parsed.getTime()) ? parsed.toISOString() : undefined;
}

function isoDate(value: unknown): string | undefined {
  const parsed = typeof value === 'string' ? new Date(value) : undefined;
  return parsed && !Number.isNaN(parsed.getTime()) ? parsed.toISOString() : undefined;
}

type WithAbsent = { [K in keyof Required<PdfMetadata>]: PdfMetadata[K] | undefined };

function withoutAbsent(metadata: WithAbsent): PdfMetadata {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as unknown as PdfMetadata;
}
