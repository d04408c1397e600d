import { type AskedFonts, type Fonts, overlaid } from '../asked-fonts.ts';
import { type Attributes, attribute, isOn, prefixed, type XmlHandler } from '../read-xml.ts';
import type { TextWriter } from '../text-writer.ts';
import type { WordStyles } from './word-styles.ts';

/** What the text of a Word document refers to. */
export interface WordReferences {
  footnotes: Set<string>;
  endnotes: Set<string>;
  /** Relationships to headers and footers in use. */
  headers: Set<string>;
}

interface Paragraph {
  text: string;
  /** Pronunciation beside characters, and the contents of text boxes. */
  after: string[];
  style: string | undefined;
  heading?: number | undefined;
  item?: boolean;
  markDeleted?: boolean;
}

interface Row {
  cells: string[];
  deleted?: boolean;
}

const SKIPPED = new Set(['moveFrom', 'delText', 'instrText', 'delInstrText', 'Fallback', 'sdtPr', 'tabs']);
const INSERTS: Readonly<Record<string, string>> = {
  ...{ tab: '\t', ptab: '\t', br: '\n', cr: '\n', noBreakHyphen: '\u2011' },
};
const MAX_SPAN = 63;

/**
 * Returns a handler for a part of WordprocessingML that writes its text as the final view shows it:
 * without deletions, text that was moved away, hidden text, field codes and comments.
 */
export function wordFlow({
  writer,
  styles,
  fonts,
  references,
}: {
  writer: TextWriter;
  styles: WordStyles;
  fonts: AskedFonts;
  references: WordReferences;
}): XmlHandler {
  const path: string[] = [];
  let skipped = 0;
  const paragraphs: Paragraph[] = [];
  /** Lines of the cells and text boxes around; empty in the flow of the document. */
  const targets: string[][] = [];
  const rows: Row[] = [];
  let carried = '';
  let span = 1;
  let run: { hidden: boolean | undefined; style?: string | undefined; fonts: Fonts } | undefined;
  let ruby: string | undefined;
  let section: { type: string; id: string }[] = [];
  let titlePage = false;

  const say = (text: string) => {
    if (ruby !== undefined) ruby += text;
    const paragraph = paragraphs.at(-1);
    if (!paragraph || ruby !== undefined) return;
    const character = run?.style === undefined ? undefined : styles.look(run.style);
    const around = styles.look(paragraph.style ?? styles.usual);
    if (run?.hidden ?? character?.hidden ?? around.hidden) return;
    paragraph.text += text;
    const asked = overlaid(overlaid(run?.fonts ?? {}, character?.fonts ?? {}), around.fonts);
    fonts.add(text, asked);
  };
  const endParagraph = () => {
    const paragraph = paragraphs.pop();
    if (!paragraph) return;
    const text = carried + paragraph.text;
    carried = paragraph.markDeleted && paragraphs.length === 0 ? text : '';
    if (carried) return;
    const look = styles.look(paragraph.style);
    const lines = targets.at(-1);
    if (lines) lines.push(text, ...paragraph.after);
    else {
      writer.block(text, { heading: paragraph.heading ?? look.heading, item: paragraph.item ?? look.item });
      for (const line of paragraph.after) writer.block(line);
    }
  };
  const endRow = () => {
    const row = rows.pop();
    if (!row || row.deleted) return;
    const lines = targets.at(-1);
    if (lines) lines.push(row.cells.join('\t'));
    else writer.row(row.cells);
  };
  const endSection = () => {
    // The first page has a header of its own only where `w:titlePg` says so.
    for (const { type, id } of section) if (type !== 'first' || titlePage) references.headers.add(id);
    section = [];
    titlePage = false;
  };
  const property = (name: string, attributes: Attributes) => {
    const paragraph = paragraphs.at(-1);
    const parent = path.at(-2);
    const value = attribute(attributes, 'val') ?? '';
    if (parent === 'pPr' && paragraph) {
      if (name === 'pStyle') paragraph.style = value;
      if (name === 'outlineLvl' && Number(value) < 9) paragraph.heading = Number(value) + 1;
      if (name === 'numPr') paragraph.item = true;
    } else if (parent === 'numPr' && paragraph && name === 'numId') paragraph.item = value !== '0';
    else if (parent === 'rPr' && path.at(-3) === 'r' && run) {
      if (name === 'vanish') run.hidden = isOn(attributes);
      if (name === 'rStyle') run.style = value;
      if (name === 'rFonts') run.fonts = styles.fontsOf(attributes);
    } else if (parent === 'tcPr' && name === 'gridSpan') span = Math.min(MAX_SPAN, Number(value) || 1);
    else if (parent === 'sectPr') {
      if (name === 'titlePg') titlePage = isOn(attributes);
      if (name === 'headerReference' || name === 'footerReference')
        section.push({
          type: attribute(attributes, 'type') ?? '',
          id: prefixed(attributes, 'id') ?? '',
        });
    }
  };
  /** A deletion: of a paragraph's mark, of a row, or of what it encloses. */
  const deletion = () => {
    const paragraph = paragraphs.at(-1);
    const row = rows.at(-1);
    if (path.at(-2) === 'rPr' && path.at(-3) === 'pPr' && paragraph) paragraph.markDeleted = true;
    else if (path.at(-2) === 'trPr' && row) row.deleted = true;
    else skipped = 1;
  };

  return {
    open(name, attributes) {
      path.push(name);
      if (skipped > 0) skipped++;
      else if (name === 'del') deletion();
      else if (SKIPPED.has(name)) skipped = 1;
      else if (name === 'p') paragraphs.push({ text: '', after: [], style: undefined });
      else if (name === 'r') run = { hidden: undefined, fonts: {} };
      else if (name === 'tr') rows.push({ cells: [] });
      else if (name === 'tc') {
        targets.push([]);
        span = 1;
      } else if (name === 'txbxContent') targets.push([]);
      else if (name === 'rt') ruby = '';
      else if (name === 'footnoteReference') references.footnotes.add(attribute(attributes, 'id') ?? '');
      else if (name === 'endnoteReference') references.endnotes.add(attribute(attributes, 'id') ?? '');
      else if (name === 'sym') say(symbol(attribute(attributes, 'char')));
      else if (path.at(-2) === 'r' && INSERTS[name]) say(INSERTS[name]);
      else property(name, attributes);
    },
    close(name) {
      path.pop();
      if (skipped > 0) {
        skipped--;
        return;
      }
      if (name === 'p') endParagraph();
      else if (name === 'r') run = undefined;
      else if (name === 'tc') {
        const cell = targets.pop()?.join('\n') ?? '';
        rows.at(-1)?.cells.push(cell, ...Array<string>(span - 1).fill(''));
        span = 1;
      } else if (name === 'tr') endRow();
      else if (name === 'tbl' && targets.length === 0) writer.endTable();
      else if (name === 'txbxContent') paragraphs.at(-1)?.after.push(...(targets.pop() ?? []));
      else if (name === 'rt') {
        if (ruby) paragraphs.at(-1)?.after.push(ruby);
        ruby = undefined;
      } else if (name === 'sectPr') endSection();
    },
    text(text) {
      if (skipped === 0 && path.at(-1) === 't') say(text);
    },
  };
}

/** Returns a character of an ordinary font; those of symbol fonts have no Unicode value. */
function symbol(code = ''): string {
  const point = Number.parseInt(code, 16);
  return point >= 0x20 && point < 0xe000 ? String.fromCodePoint(point) : '';
}
