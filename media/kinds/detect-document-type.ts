import { MediaError } from '../../base/errors.ts';
import { detectTextEncoding } from './text-encoding.ts';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const EXCEL = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const POWERPOINT = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';

/**
 * ZIP-based formats. The first bytes do not identify the contents, so the worker checks the whole
 * archive again.
 */
const ZIPPED: Readonly<Record<string, string>> = {
  docx: WORD,
  xlsx: EXCEL,
  pptx: POWERPOINT,
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
};
const OOXML = new Set(['docx', 'xlsx', 'pptx']);

/**
 * Plain-text formats, which have no magic bytes: the content shows that it is text, and only the
 * extension which kind. All are treated as text only.
 */
const TEXTS: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  text: 'text/plain',
  log: 'text/plain',
  md: 'text/markdown',
  markdown: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  htm: 'text/html',
  xhtml: 'text/html',
};

/** Viewers, and pdf.js, search this many bytes for the header. */
const PDF_HEADER_WITHIN = 1024;

/**
 * Returns the document type if magic bytes alone cannot identify it, or undefined if `sniffed`
 * (file-type's result for the same bytes) is right. Throws `EncryptedDocument` for an OOXML file
 * encrypted with a password, which is a single encrypted stream in an OLE compound file.
 */
export function detectDocumentType(
  head: Buffer,
  extension: string,
  sniffed: string | undefined,
): string | undefined {
  if (sniffed === 'application/x-cfb' && OOXML.has(extension)) return refuseCompound(head, extension);
  if (sniffed === 'application/zip') return ZIPPED[extension];
  if (!sniffed && extension === 'pdf' && head.subarray(0, PDF_HEADER_WITHIN).includes('%PDF-'))
    return 'application/pdf';
  const text = TEXTS[extension];
  // file-type recognizes some text formats by how they start: XHTML's XML declaration, subtitles,
  // calendars.
  const plain = !sniffed || sniffed.startsWith('text/') || sniffed === 'application/xml';
  return text && plain && detectTextEncoding(head) ? text : undefined;
}

/**
 * Streams of the binary Office formats from before 2007; renaming such a file to .docx does not
 * make it one.
 */
const OLD_STREAMS = ['WordDocument', 'Workbook', 'PowerPoint Document'].map((name) =>
  Buffer.from(name, 'utf16le'),
);

function refuseCompound(head: Buffer, extension: string): undefined {
  if (OLD_STREAMS.some((name) => head.includes(name))) return undefined;
  throw new MediaError('EncryptedDocument', `Expected a .${extension} file that opens without a password.`);
}
