/** LibreOffice's import and export filters for a format, and how to recognize its archive. */
export interface OfficeFormat {
  extension: string;
  /** Passed as `--infilter`: no other filter may read the file, whatever it turns out to be. */
  importFilter: string;
  exportFilter: string;
  /**
   * Entry that the archive must contain, and its text; absent for a format that is not an archive.
   */
  archive?: { entry: string; text: string };
}

const ooxml = (
  extension: string,
  importFilter: string,
  exportFilter: string,
  main: string,
): OfficeFormat => ({
  extension,
  importFilter,
  exportFilter,
  archive: {
    entry: '[Content_Types].xml',
    text: `application/vnd.openxmlformats-officedocument.${main}.main+xml`,
  },
});

const odf = (extension: string, importFilter: string, exportFilter: string, kind: string): OfficeFormat => ({
  extension,
  importFilter,
  exportFilter,
  archive: { entry: 'mimetype', text: `application/vnd.oasis.opendocument.${kind}` },
});

const OOXML = 'application/vnd.openxmlformats-officedocument';
const ODF = 'application/vnd.oasis.opendocument';

/**
 * Keyed by Internet media type, as in media/kinds/detect-media-type.ts. The binary formats from
 * before 2007 are not supported.
 */
export const OFFICE_FORMATS: Readonly<Record<string, OfficeFormat>> = {
  [`${OOXML}.wordprocessingml.document`]: ooxml(
    'docx',
    'MS Word 2007 XML',
    'writer_pdf_Export',
    'wordprocessingml.document',
  ),
  [`${OOXML}.spreadsheetml.sheet`]: ooxml(
    'xlsx',
    'Calc MS Excel 2007 XML',
    'calc_pdf_Export',
    'spreadsheetml.sheet',
  ),
  [`${OOXML}.presentationml.presentation`]: ooxml(
    'pptx',
    'Impress MS PowerPoint 2007 XML',
    'impress_pdf_Export',
    'presentationml.presentation',
  ),
  [`${ODF}.text`]: odf('odt', 'writer8', 'writer_pdf_Export', 'text'),
  [`${ODF}.spreadsheet`]: odf('ods', 'calc8', 'calc_pdf_Export', 'spreadsheet'),
  [`${ODF}.presentation`]: odf('odp', 'impress8', 'impress_pdf_Export', 'presentation'),
  'application/rtf': {
    extension: 'rtf',
    importFilter: 'Rich Text Format',
    exportFilter: 'writer_pdf_Export',
  },
};
