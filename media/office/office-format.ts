/** LibreOffice's import and export filters for a format, and how to recognize its files. */
export interface OfficeFormat {
  extension: string;
  /** Passed as `--infilter`: no other filter may read the file, whatever it turns out to be. */
  importFilter: string;
  exportFilter: string;
  /**
   * Entry that the archive must contain, and its text; absent for a format that is not an archive.
   */
  archive?: { entry: string; text: string };
  /** How a file that is not an archive begins, one character per byte. */
  signature?: string;
  /** How its text is read from its XML; absent where it is that of the pages. */
  reader?: 'word' | 'sheets' | 'slides' | 'odf';
  /**
   * Format that a binary one is converted to first, with `exportFilter`: limits, text and pages are
   * then those of the result.
   */
  modern?: 'docx' | 'xlsx' | 'pptx';
}

const OOXML = 'application/vnd.openxmlformats-officedocument';
const ODF = 'application/vnd.oasis.opendocument';

/**
 * Filters of a family of OOXML. They read templates and documents with macros alike; those with
 * macros have filters of their own, which would keep them.
 */
const FAMILIES = {
  word: { modern: 'docx', importFilter: 'MS Word 2007 XML', exportFilter: 'writer_pdf_Export' },
  sheets: { modern: 'xlsx', importFilter: 'Calc MS Excel 2007 XML', exportFilter: 'calc_pdf_Export' },
  slides: {
    modern: 'pptx',
    importFilter: 'Impress MS PowerPoint 2007 XML',
    exportFilter: 'impress_pdf_Export',
  },
} as const;
type Family = keyof typeof FAMILIES;

function ooxml(reader: Family, extension: string, type: string): OfficeFormat {
  const { importFilter, exportFilter } = FAMILIES[reader];
  const archive = { entry: '[Content_Types].xml', text: `${type}.main+xml` };
  return { extension, importFilter, exportFilter, reader, archive };
}

function odf(family: Family, extension: string, importFilter: string, kind: string): OfficeFormat {
  const { exportFilter } = FAMILIES[family];
  const archive = { entry: 'mimetype', text: `${ODF}.${kind}` };
  return { extension, importFilter, exportFilter, reader: 'odf', archive };
}

/** A binary format, which is converted to the one that succeeded it. */
function binary(family: Family, extension: string, importFilter: string): OfficeFormat {
  const { modern, importFilter: exportFilter } = FAMILIES[family];
  return { extension, importFilter, exportFilter, modern };
}

/** Header of a compound file, of which the formats from before 2007 consist. */
const COMPOUND = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1';

/** Keyed by Internet media type, as in media/kinds/media-type.ts. */
export const OFFICE_FORMATS: Readonly<Record<string, OfficeFormat>> = {
  [`${OOXML}.wordprocessingml.document`]: ooxml('word', 'docx', `${OOXML}.wordprocessingml.document`),
  [`${OOXML}.wordprocessingml.template`]: ooxml('word', 'dotx', `${OOXML}.wordprocessingml.template`),
  'application/vnd.ms-word.document.macroenabled.12': ooxml(
    ...(['word', 'docm', 'application/vnd.ms-word.document.macroEnabled'] as const),
  ),
  [`${OOXML}.spreadsheetml.sheet`]: ooxml('sheets', 'xlsx', `${OOXML}.spreadsheetml.sheet`),
  [`${OOXML}.spreadsheetml.template`]: ooxml('sheets', 'xltx', `${OOXML}.spreadsheetml.template`),
  'application/vnd.ms-excel.sheet.macroenabled.12': ooxml(
    ...(['sheets', 'xlsm', 'application/vnd.ms-excel.sheet.macroEnabled'] as const),
  ),
  [`${OOXML}.presentationml.presentation`]: ooxml('slides', 'pptx', `${OOXML}.presentationml.presentation`),
  [`${OOXML}.presentationml.template`]: ooxml('slides', 'potx', `${OOXML}.presentationml.template`),
  [`${OOXML}.presentationml.slideshow`]: ooxml('slides', 'ppsx', `${OOXML}.presentationml.slideshow`),
  'application/vnd.ms-powerpoint.presentation.macroenabled.12': ooxml(
    ...(['slides', 'pptm', 'application/vnd.ms-powerpoint.presentation.macroEnabled'] as const),
  ),
  [`${ODF}.text`]: odf('word', 'odt', 'writer8', 'text'),
  [`${ODF}.spreadsheet`]: odf('sheets', 'ods', 'calc8', 'spreadsheet'),
  [`${ODF}.presentation`]: odf('slides', 'odp', 'impress8', 'presentation'),
  'application/rtf': {
    extension: 'rtf',
    importFilter: 'Rich Text Format',
    exportFilter: 'writer_pdf_Export',
    signature: '{\\rtf',
  },
  'application/msword': { ...binary('word', 'doc', 'MS Word 97'), signature: COMPOUND },
  'application/vnd.ms-excel': { ...binary('sheets', 'xls', 'MS Excel 97'), signature: COMPOUND },
  'application/vnd.ms-powerpoint': { ...binary('slides', 'ppt', 'MS PowerPoint 97'), signature: COMPOUND },
};
