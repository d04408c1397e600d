import { MediaError } from '../../base/errors.ts';
import { detectTextEncoding } from './text-encoding.ts';

const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const EXCEL = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const POWERPOINT = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';

/** Formats that are ZIP archives: what they hold shows only further in than the first bytes, so the worker looks again at the whole file. */
const ZIPPED: Readonly<Record<string, string>> = {
  docx: WORD,
  xlsx: EXCEL,
  pptx: POWERPOINT,
  odt: 'application/vnd.oasis.opendocument.text',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  odp: 'application/vnd.oasis.opendocument.presentation',
};
const OOXML = new Set(['docx', 'xlsx', 'pptx']);

/** Text has no magic bytes: that it is text shows in the bytes, which kind of text only in the name. All are read as text only. */
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

/** Viewers, and pdf.js, look for the header that far. */
const PDF_HEADER_WITHIN = 1024;

/**
 * Names the document types that magic bytes alone cannot tell, or undefined where `sniffed` (file-type's answer for the same bytes) stands.
 * Throws `EncryptedDocument` for an Office file that is one encrypted stream in an old container, which only the password opens.
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
  // file-type knows some kinds of text by their first words: XHTML's XML declaration, a subtitle, a calendar.
  const plain = !sniffed || sniffed.startsWith('text/') || sniffed === 'application/xml';
  return text && plain && detectTextEncoding(head) ? text : undefined;
}

/** Streams of the binary formats that Office wrote before 2007; renaming makes no .docx of them. */
const OLD_STREAMS = ['WordDocument', 'Workbook', 'PowerPoint Document'].map((name) =>
  Buffer.from(name, 'utf16le'),
);

function refuseCompound(head: Buffer, extension: string): undefined {
  if (OLD_STREAMS.some((name) => head.includes(name))) return undefined;
  throw new MediaError('EncryptedDocument', `Expected a .${extension} file that opens without a password.`);
}
