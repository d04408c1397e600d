import { MediaError } from '../../base/errors.ts';
import { isText, isUtf8, markedEncoding } from './text-encoding.ts';

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
  dotx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.template',
  xltx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.template',
  potx: 'application/vnd.openxmlformats-officedocument.presentationml.template',
  ppsx: 'application/vnd.openxmlformats-officedocument.presentationml.slideshow',
  docm: 'application/vnd.ms-word.document.macroenabled.12',
  xlsm: 'application/vnd.ms-excel.sheet.macroenabled.12',
  pptm: 'application/vnd.ms-powerpoint.presentation.macroenabled.12',
};
const OOXML = new Set(Object.keys(ZIPPED).filter((extension) => !extension.startsWith('od')));

/** Formats from before 2007: compound files that the first bytes do not tell apart. */
const COMPOUND: Readonly<Record<string, string>> = {
  doc: 'application/msword',
  xls: 'application/vnd.ms-excel',
  ppt: 'application/vnd.ms-powerpoint',
};

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
  tsv: 'text/tab-separated-values',
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
  if (sniffed === 'application/x-cfb') return COMPOUND[extension];
  if (sniffed === 'application/zip') return ZIPPED[extension];
  if (!sniffed && extension === 'pdf' && head.subarray(0, PDF_HEADER_WITHIN).includes('%PDF-'))
    return 'application/pdf';
  const text = TEXTS[extension];
  const plain = !sniffed || sniffed.startsWith('text/') || WRITTEN.has(sniffed);
  return text && plain && (isText(head) || isCutLog(head)) ? text : undefined;
}

/** Formats that file-type knows by how their text starts. What else is called text is text. */
const WRITTEN: ReadonlySet<string> = new Set([
  'application/xml',
  'application/postscript',
  'application/eps',
  'application/pgp-encrypted',
  'application/x-ms-regedit',
]);

/**
 * Returns true if the bytes are text, though file-type takes them for `sniffed` because of their
 * first letters: "BMI", "ID3", "solid", "FORM" begin files of other kinds, too, but no such file is
 * text throughout. Without an extension of text, only UTF-8 counts.
 */
export function isTextByMistake(head: Buffer, extension: string, sniffed: string): boolean {
  if (sniffed.startsWith('text/') || WRITTEN.has(sniffed) || sniffed === 'application/rtf') return false;
  if (sniffed === 'application/pdf' && PDF_OBJECT.test(head.toString('latin1'))) return false;
  if (head.includes(0)) return TEXTS[extension] !== undefined && markedEncoding(head) !== undefined;
  return isText(head) && (TEXTS[extension] !== undefined || isUtf8(head));
}

/** What a PDF has besides its header, which text about PDF may begin with. */
const PDF_OBJECT = /\d\s+\d+\s+obj\b/;

/** A log that was emptied while its writer went on begins with NULs, as many as it had bytes. */
const isCutLog = (head: Buffer) => head.length > 0 && head.every((byte) => byte === 0);

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
