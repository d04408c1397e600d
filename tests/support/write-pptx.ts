import { writeZip } from '../../samples/write-zip.ts';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPE = 'application/vnd.openxmlformats-officedocument.presentationml';
const NAMESPACES = `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="${OFFICE}" xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"`;

/**
 * Writes a PowerPoint presentation of one slide with a text box, which is given as XML, and of a hidden
 * slide if there is text for it.
 */
export function writePptx(text: string, doctype = '', hidden?: string): Buffer {
  const relationships = (...all: (readonly [type: string, target: string])[]) =>
    `${XML}<Relationships xmlns="${PACKAGE}/relationships">${all.map(([type, target], i) => `<Relationship Id="rId${i + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`).join('')}</Relationships>`;
  const slides = [{ content: text, show: '' }, ...(hidden ? [{ content: hidden, show: ' show="0"' }] : [])];
  const box = (content: string) =>
    `<p:sp><p:nvSpPr><p:cNvPr id="2" name="Text"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="500000" y="500000"/><a:ext cx="6000000" cy="1000000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:t>${content}</a:t></a:r></a:p></p:txBody></p:sp>`;
  return writeZip([
    {
      name: '[Content_Types].xml',
      data: `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/ppt/presentation.xml" ContentType="${TYPE}.presentation.main+xml"/>${slides.map((_, i) => `<Override PartName="/ppt/slides/slide${i + 1}.xml" ContentType="${TYPE}.slide+xml"/>`).join('')}</Types>`,
    },
    { name: '_rels/.rels', data: relationships(['officeDocument', 'ppt/presentation.xml']) },
    {
      name: 'ppt/_rels/presentation.xml.rels',
      data: relationships(...slides.map((_, i) => ['slide', `slides/slide${i + 1}.xml`] as const)),
    },
    {
      name: 'ppt/presentation.xml',
      data: `${XML}<p:presentation ${NAMESPACES}><p:sldIdLst>${slides.map((_, i) => `<p:sldId id="${256 + i}" r:id="rId${i + 1}"/>`).join('')}</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>`,
    },
    ...slides.map(({ content, show }, i) => ({
      name: `ppt/slides/slide${i + 1}.xml`,
      data: `${XML}${doctype}<p:sld ${NAMESPACES}${show}><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>${box(content)}</p:spTree></p:cSld></p:sld>`,
    })),
  ]);
}
