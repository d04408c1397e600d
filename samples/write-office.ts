import { writeZip, type ZipEntry } from './write-zip.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/package/2006/relationships';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';

export interface DocxContent {
  title: string;
  paragraphs: readonly string[];
  /**
   * Additional files in the archive, and the document's relationships to them or to external
   * targets.
   */
  entries?: readonly ZipEntry[];
  relationships?: string;
  /** WordprocessingML after the paragraphs. */
  body?: string;
}

/** Writes a Word document with a heading and plain paragraphs. */
export function writeDocx({
  title,
  paragraphs,
  entries = [],
  relationships = '',
  body = '',
}: DocxContent): Buffer {
  const heading = `<w:p><w:r><w:rPr><w:b/><w:sz w:val="40"/></w:rPr><w:t>${escaped(title)}</w:t></w:r></w:p>`;
  const text = paragraphs
    .map((paragraph) => `<w:p><w:r><w:t>${escaped(paragraph)}</w:t></w:r></w:p>`)
    .join('');
  return writeZip([
    {
      name: '[Content_Types].xml',
      data: `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      data: `${XML}<Relationships xmlns="${RELATIONSHIPS}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`,
    },
    {
      name: 'docProps/core.xml',
      data: `${XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escaped(title)}</dc:title><dc:creator>Media Pipeline</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">2024-02-29T12:00:00Z</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">2024-03-01T08:30:00Z</dcterms:modified></cp:coreProperties>`,
    },
    {
      name: 'word/_rels/document.xml.rels',
      data: `${XML}<Relationships xmlns="${RELATIONSHIPS}">${relationships}</Relationships>`,
    },
    {
      name: 'word/document.xml',
      data: `${XML}<w:document xmlns:w="${WORD}" xmlns:r="${OFFICE}"><w:body>${heading}${text}${body}</w:body></w:document>`,
    },
    ...entries,
  ]);
}

const escaped = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
