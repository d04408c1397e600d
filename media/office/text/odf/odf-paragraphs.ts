import { type AskedFonts, overlaid } from '../asked-fonts.ts';
import { type Attributes, attribute } from '../read-xml.ts';
import type { OdfStyles } from './odf-styles.ts';

export interface OdfBlock {
  text: string;
  heading?: number | undefined;
  item: boolean;
}

interface Paragraph extends OdfBlock {
  style: string | undefined;
  /** Contents of notes and text boxes that are anchored in it. */
  after: OdfBlock[];
  spans: (string | undefined)[];
}

/** Reads the paragraphs of OpenDocument, which may hold others: notes, text boxes. */
export function odfParagraphs(styles: OdfStyles, fonts: AskedFonts) {
  const open: Paragraph[] = [];
  let afterSpace = true;
  const add = (text: string) => {
    const paragraph = open.at(-1);
    if (!paragraph) return;
    const around = styles.look('paragraph', paragraph.style);
    const spans = paragraph.spans.map((span) => styles.look('text', span)).reverse();
    const asked = [...spans, around];
    if (asked.find(({ hidden }) => hidden !== undefined)?.hidden) return;
    paragraph.text += text;
    fonts.add(
      text,
      asked.reduce((merged, look) => overlaid(merged, look.fonts), {}),
    );
  };
  return {
    get isOpen() {
      return open.length > 0;
    },
    start(attributes: Attributes, block: Omit<OdfBlock, 'text'>) {
      open.push({ ...block, text: '', style: attribute(attributes, 'style-name'), after: [], spans: [] });
      afterSpace = true;
    },
    /** Returns the paragraph and what is anchored in it. */
    end(): OdfBlock[] {
      const paragraph = open.pop();
      afterSpace = false;
      return paragraph ? [paragraph, ...paragraph.after] : [];
    },
    startSpan: (attributes: Attributes) => open.at(-1)?.spans.push(attribute(attributes, 'style-name')),
    endSpan: () => open.at(-1)?.spans.pop(),
    after: (blocks: readonly OdfBlock[]) => open.at(-1)?.after.push(...blocks),
    /** Takes text as it stands. */
    put(text: string) {
      add(text);
      afterSpace = false;
    },
    /** Takes text whose runs of white space are one space, none at the start of a paragraph. */
    flow(raw: string) {
      let text = raw.replace(/[ \t\r\n]+/g, ' ');
      if (afterSpace) text = text.replace(/^ /, '');
      if (!text) return;
      add(text);
      afterSpace = text.endsWith(' ');
    },
  };
}
