import type { OfficeFormat } from '../office-format.ts';
import { mainPart, type PackageParts, relationshipsOf } from '../text/package-parts.ts';
import { type Edits, editable } from './rewrite-archive.ts';

const WORD = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main';
const SETTINGS_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml';
const SETTINGS_RELATIONSHIP = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings';
/** LibreOffice then lays the document out without deletions, and insertions as other text. */
const FINAL_VIEW = `<final:revisionView xmlns:final="${WORD}" final:markup="0" final:insDel="0"/>`;
const CHANGES = '<text:tracked-changes';
const CHANGES_END = '</text:tracked-changes>';
const MARKS = /<text:change(?:-start|-end)?\b[^<>]*\/>/g;

/**
 * Edits a document so that its tracked changes show as if they were accepted. In OpenDocument, the
 * deletions stand apart, and go.
 */
export async function showFinalView(
  parts: PackageParts,
  reader: OfficeFormat['reader'],
  edits: Edits,
): Promise<void> {
  if (reader === 'word') return showInWord(parts, edits);
  const content = reader === 'odf' ? await editable(parts, edits, 'content.xml') : undefined;
  if (content !== undefined) edits.set('content.xml', withoutChanges(content).replace(MARKS, ''));
}

/** Removes all of an OpenDocument file's lists of changes, in time linear in its length. */
function withoutChanges(content: string): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const start = content.indexOf(CHANGES, at);
    const end = start < 0 ? -1 : content.indexOf(CHANGES_END, start);
    if (end < 0) return kept + content.slice(at);
    kept += content.slice(at, start);
    at = end + CHANGES_END.length;
  }
}

async function showInWord(parts: PackageParts, edits: Edits): Promise<void> {
  const main = await mainPart(parts);
  const relationships = [...(await relationshipsOf(parts, main)).values()];
  const name = relationships.find(({ type }) => type === 'settings')?.target;
  const settings = name && (await editable(parts, edits, name));
  if (name && settings)
    edits.set(
      name,
      settings
        .replace(/<[\w.-]+:revisionView\b[^<>]*\/>/g, '')
        .replace(/<([\w.-]+:settings)\b([^<>]*)\/>/, '<$1$2></$1>')
        .replace(/<[\w.-]+:settings\b[^<>]*>/, (tag) => tag + FINAL_VIEW),
    );
  else await addSettings(parts, edits, main);
}

async function addSettings(parts: PackageParts, edits: Edits, main: string): Promise<void> {
  const folder = main.slice(0, main.lastIndexOf('/') + 1);
  const own = `${folder}_rels/${main.slice(folder.length)}.rels`;
  const types = await editable(parts, edits, '[Content_Types].xml');
  const relationships = await editable(parts, edits, own);
  const name = `${folder}final-view.xml`;
  const relationship = `<Relationship xmlns="http://schemas.openxmlformats.org/package/2006/relationships" Id="finalView" Type="${SETTINGS_RELATIONSHIP}" Target="final-view.xml"/>`;
  edits.set(name, `<w:settings xmlns:w="${WORD}">${FINAL_VIEW}</w:settings>`);
  edits.set(
    own,
    relationships
      ? relationships
          .replace(/<(\w+:)?Relationships\b([^<>]*)\/>/, '<$1Relationships$2></$1Relationships>')
          .replace(/(?=<\/(?:\w+:)?Relationships>)/, relationship)
      : `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${relationship}</Relationships>`,
  );
  edits.set(
    '[Content_Types].xml',
    (types ?? '').replace(
      /(?=<\/(?:\w+:)?Types>)/,
      `<Override xmlns="http://schemas.openxmlformats.org/package/2006/content-types" PartName="/${name}" ContentType="${SETTINGS_TYPE}"/>`,
    ),
  );
}
