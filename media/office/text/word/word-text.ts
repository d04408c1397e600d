import type { AskedFonts } from '../asked-fonts.ts';
import { drawnText } from '../drawn-text.ts';
import { mainPart, type PackageParts, type Relationship, relationshipsOf } from '../package-parts.ts';
import { attribute, type XmlHandler } from '../read-xml.ts';
import type { TextWriter } from '../text-writer.ts';
import { type WordReferences, wordFlow } from './word-flow.ts';
import { readWordStyles } from './word-styles.ts';

/**
 * Writes the text of a Word document: the body, then charts and diagrams, notes, headers and footers.
 */
export async function readWordText(
  parts: PackageParts,
  writer: TextWriter,
  fonts: AskedFonts,
): Promise<void> {
  const main = await mainPart(parts);
  const relationships = await relationshipsOf(parts, main);
  const styles = await readWordStyles(parts, relationships.values());
  const references: WordReferences = { footnotes: new Set(), endnotes: new Set(), headers: new Set() };
  const drain = () => writer.drain();
  const flow = () => wordFlow({ writer, styles, fonts, references });
  const read = (part: string, handler: XmlHandler = flow()) => parts.read(part, handler, drain);
  const related = (type: string) => [...relationships.values()].filter((found) => found.type === type);
  await read(main);
  for (const { type, target } of relationships.values())
    if (type === 'chart' || type === 'diagramDrawing') await drawnText(parts, target, writer);
  for (const kind of ['footnotes', 'endnotes'] as const)
    for (const { target } of related(kind)) await read(target, notesIn(flow(), references[kind]));
  const headers = [...references.headers].map((id) => relationships.get(id));
  for (const part of headers.filter((found): found is Relationship => found !== undefined))
    await read(part.target);
}

/** Passes on those notes that the text refers to. */
function notesIn(flow: XmlHandler, wanted: ReadonlySet<string>): XmlHandler {
  let inside = false;
  const isNote = (name: string) => name === 'footnote' || name === 'endnote';
  return {
    open(name, attributes) {
      if (isNote(name)) inside = wanted.has(attribute(attributes, 'id') ?? '');
      else if (inside) flow.open?.(name, attributes);
    },
    close(name) {
      if (isNote(name)) inside = false;
      else if (inside) flow.close?.(name);
    },
    text: (text) => (inside ? flow.text?.(text) : undefined),
  };
}
