import { writeZip, type ZipEntry } from '../../samples/write-zip.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

interface OdfContent {
  kind: 'text' | 'spreadsheet' | 'presentation';
  /** What stands in `office:text` or its like. */
  body: string;
  entries?: readonly ZipEntry[];
}

/** Writes an OpenDocument file around a piece of its XML. */
export function writeOdf({ kind, body, entries = [] }: OdfContent): Buffer {
  const type = `application/vnd.oasis.opendocument.${kind}`;
  const namespaces = ['office', 'text', 'table', 'draw', 'style', 'presentation', 'script']
    .map(
      (name) =>
        `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name === 'draw' ? 'drawing' : name}:1.0"`,
    )
    .join(' ');
  return writeZip([
    { name: 'mimetype', data: type, stored: true },
    {
      name: 'content.xml',
      data: `${XML}<office:document-content ${namespaces} xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3"><office:body><office:${kind}>${body}</office:${kind}></office:body></office:document-content>`,
    },
    {
      name: 'META-INF/manifest.xml',
      data: `${XML}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="${type}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
    },
    ...entries,
  ]);
}
