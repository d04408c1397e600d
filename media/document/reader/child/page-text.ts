import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { LIMITS } from '../../limits.ts';
import type { PageText, Question, TextLine } from '../page-protocol.ts';
import { hiddenItems } from './hidden-text.ts';
import { DYNAMIC_XFA, type OpenPdf } from './open-pdf.ts';
import { filledFields, typedLines } from './page-annotations.ts';
import { addProblem, takeProblems } from './page-problems.ts';
import { needsSpace, type TextItem } from './text-item.ts';

/** What Adobe's placeholder page of a dynamic XFA form says, in any language. */
const PLACEHOLDER = /Please wait\.\.\.|adobe\.com\/go\/reader/i;

/** Reads the text of a page line by line, in document order, and the values of its form fields. */
export async function readPageText(
  document: OpenPdf,
  { page: number, annotations }: Extract<Question, { ask: 'text' }>,
): Promise<PageText> {
  const { pdf, facts, maybeTypedText } = document;
  const page = await pdf.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const lines = await readLines(page, document);
  if (document.maybeDynamicXfa && lines.some(({ text }) => PLACEHOLDER.test(text))) addProblem(DYNAMIC_XFA);
  // Parsing a page's annotations takes as long as its text (a book's links: 8 s more for 2,400
  // pages), so only do it if there is a form, or if the page is drawn, which parses them anyway.
  const found = annotations || maybeTypedText || facts.metadata.form ? await page.getAnnotations() : [];
  page.cleanup();
  return {
    width: round(width),
    height: round(height),
    lines: [...lines, ...typedLines(found)],
    fields: filledFields(found),
    problems: takeProblems(),
  };
}

async function readLines(page: PDFPageProxy, { hiddenLayers }: OpenPdf): Promise<TextLine[]> {
  const hidden = hiddenLayers ? await hiddenItems(page, hiddenLayers) : undefined;
  const lines: TextLine[] = [];
  let line: TextLine | undefined;
  let last: TextItem | undefined;
  let characters = 0;
  const reader = page.streamTextContent().getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return line ? [...lines, line] : lines;
    for (const item of value.items as TextItem[]) {
      characters += item.str.length;
      if (characters > LIMITS.pageCharacters) {
        addProblem(`the page has more than ${LIMITS.pageCharacters} characters; the rest was omitted`);
        await reader.cancel();
        return lines;
      }
      if (!hidden?.(item)) {
        line = extended(line, item, last);
        last = item;
      }
      if (!item.hasEOL || !line) continue;
      lines.push(line);
      line = last = undefined;
    }
  }
}

function extended(line: TextLine | undefined, item: TextItem, last: TextItem | undefined): TextLine {
  const { str, height, transform } = item;
  // Broken fonts map glyphs to control characters; those do not belong in a text file, and a form
  // feed is our page separator.
  const text = str.replace(/\p{Cc}/gu, '').toWellFormed();
  const [, , , , x = 0, y = 0] = transform;
  if (!line) return { text, size: round(height), x: round(x), y: round(y) };
  const gap = last && needsSpace(last, item) ? ' ' : '';
  return { ...line, text: line.text + gap + text, size: Math.max(line.size, round(height)) };
}

const round = (points: number) => (Number.isFinite(points) ? Math.round(points * 100) / 100 : 0);
