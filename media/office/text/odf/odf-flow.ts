import type { AskedFonts } from '../asked-fonts.ts';
import { type Attributes, attribute, type XmlHandler } from '../read-xml.ts';
import type { TextWriter } from '../text-writer.ts';
import { type OdfBlock, odfParagraphs } from './odf-paragraphs.ts';
import type { OdfStyles } from './odf-styles.ts';
import { odfTable } from './odf-table.ts';

/** Elements whose text does not show. Deletions stand in `tracked-changes`. */
const SKIPPED = new Set([
  ...['annotation', 'tracked-changes', 'notes', 'forms', 'content-validations', 'binary-data', 'desc'],
  ...['hidden-text', 'hidden-paragraph', 'note-citation', 'scripts', 'dde-links', 'settings', 'title'],
]);
/** Elements that hold paragraphs of their own within a paragraph. */
const BOXES = new Set(['note-body', 'text-box', 'ruby-text']);
const MAX_SPACES = 1000;

/**
 * Returns a handler for the body of an OpenDocument file that writes its visible text: without
 * deletions, hidden sheets, rows, columns, slides and text, notes of slides and comments.
 */
export function odfFlow({
  writer,
  styles,
  fonts,
  afterPage = () => undefined,
}: {
  writer: TextWriter;
  styles: OdfStyles;
  fonts: AskedFonts;
  /** Called at the end of a slide with the name of its master. */
  afterPage?: (master: string) => void;
}): XmlHandler {
  const paragraphs = odfParagraphs(styles, fonts);
  const path: string[] = [];
  const boxes: OdfBlock[][] = [];
  const tables: ReturnType<typeof odfTable>[] = [];
  let skipped = 0;
  let items = 0;
  let page = 0;
  let master = '';
  let isTitle = false;
  /** A title of a slide, but not one of a picture (`svg:title`). */
  const isSheet = () => path.at(-2) === 'spreadsheet';

  const write = (blocks: readonly OdfBlock[]) => {
    const box = boxes.at(-1);
    const table = tables.at(-1);
    if (box) box.push(...blocks);
    else if (table) table.add(blocks);
    else for (const { text, ...kind } of blocks) writer.block(text, isTitle ? { heading: 1 } : kind);
  };
  const isHidden = (name: string, attributes: Attributes): boolean => {
    const style = attribute(attributes, 'style-name');
    if (name === 'table') return styles.look('table', style).hidden === true;
    if (name === 'page') return styles.look('drawing-page', style).hidden === true;
    return name === 'section' && (attribute(attributes, 'display') ?? 'true') !== 'true';
  };
  const startTable = (attributes: Attributes) => {
    if (isSheet()) writer.section({ title: attribute(attributes, 'name') });
    tables.push(odfTable());
  };
  const endTable = () => {
    tables.pop();
    if (tables.length === 0 && boxes.length === 0) writer.endTable();
  };
  const endRow = () => {
    const { cells, times } = tables.at(-1)?.endRow() ?? { cells: [], times: 0 };
    if (cells.length === 0) return;
    // The cell of another table, or a text box, holds the row as a line.
    const around = boxes.at(-1);
    const outer = tables.at(-2);
    const line = [{ text: cells.join('\t'), item: false }];
    if (around) around.push(...line);
    else if (outer) outer.add(line);
    else for (let time = 0; time < times && !writer.isFull; time++) writer.row(cells);
  };

  return {
    open(name, attributes) {
      path.push(name);
      if (skipped > 0 || SKIPPED.has(name) || isHidden(name, attributes)) {
        skipped++;
        return;
      }
      const level = Number(attribute(attributes, 'outline-level') ?? 1);
      if (name === 'p') paragraphs.start(attributes, { item: items > 0 });
      else if (name === 'h') paragraphs.start(attributes, { heading: level, item: false });
      else if (name === 'span') paragraphs.startSpan(attributes);
      else if (name === 's')
        paragraphs.put(' '.repeat(Math.min(MAX_SPACES, Number(attribute(attributes, 'c') ?? 1))));
      else if (name === 'tab') paragraphs.put('\t');
      else if (name === 'line-break') paragraphs.put('\n');
      else if (name === 'list-item') items++;
      else if (BOXES.has(name) && paragraphs.isOpen) boxes.push([]);
      else if (name === 'frame') isTitle = attribute(attributes, 'class') === 'title';
      else if (name === 'table') startTable(attributes);
      else if (name === 'page') {
        master = attribute(attributes, 'master-page-name') ?? '';
        writer.section({ page: ++page });
      } else tables.at(-1)?.open(name, attributes);
      if (name === 'ruby-text') paragraphs.start({}, { item: false });
    },
    close(name) {
      path.pop();
      if (skipped > 0) {
        skipped--;
        return;
      }
      if (name === 'p' || name === 'h') write(paragraphs.end());
      else if (name === 'span') paragraphs.endSpan();
      else if (name === 'list-item') items--;
      else if (name === 'ruby-text') {
        const text = paragraphs.end();
        boxes.pop();
        paragraphs.after(text);
      } else if (BOXES.has(name) && paragraphs.isOpen) paragraphs.after(boxes.pop() ?? []);
      else if (name === 'frame') isTitle = false;
      else if (name === 'table-row') endRow();
      else if (name === 'table') endTable();
      else if (name === 'page') afterPage(master);
      else tables.at(-1)?.close(name);
    },
    text(text) {
      if (skipped === 0) paragraphs.flow(text);
    },
  };
}
