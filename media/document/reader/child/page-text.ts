import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { LIMITS } from '../../limits.ts';
import type { PageText, TextLine } from '../page-protocol.ts';
import type { OpenPdf } from './open-pdf.ts';
import { addProblem, takeProblems } from './page-problems.ts';

interface Item {
  str: string;
  hasEOL: boolean;
  height: number;
  transform: number[];
}

/** Reads the text of a page line by line, in document order, and the values of its form fields. */
export async function readPageText({ pdf, facts }: OpenPdf, number: number): Promise<PageText> {
  const page = await pdf.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const lines = await readLines(page);
  // Parsing a page's annotations takes as long as its text (a book's links: 8 s more for 2,400
  // pages), so only do it if there is a form.
  const fields = facts.metadata.form ? await readFields(page) : [];
  page.cleanup();
  return { width: round(width), height: round(height), lines, fields, problems: takeProblems() };
}

async function readLines(page: PDFPageProxy): Promise<TextLine[]> {
  const lines: TextLine[] = [];
  let line: TextLine | undefined;
  let characters = 0;
  const reader = page.streamTextContent().getReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return line ? [...lines, line] : lines;
    for (const item of value.items as Item[]) {
      characters += item.str.length;
      if (characters > LIMITS.pageCharacters) {
        addProblem(`the page has more than ${LIMITS.pageCharacters} characters; the rest was omitted`);
        await reader.cancel();
        return lines;
      }
      line = extended(line, item);
      if (!item.hasEOL) continue;
      lines.push(line);
      line = undefined;
    }
  }
}

function extended(line: TextLine | undefined, { str, height, transform }: Item): TextLine {
  // Broken fonts map glyphs to control characters; those do not belong in a text file, and a form
  // feed is our page separator.
  const text = str.replace(/\p{Cc}/gu, '').toWellFormed();
  const [, , , , x = 0, y = 0] = transform;
  if (!line) return { text, size: round(height), x: round(x), y: round(y) };
  return { ...line, text: line.text + text, size: Math.max(line.size, round(height)) };
}

/**
 * Reads form field values: getTextContent returns the page's text, but not what people entered into
 * its form.
 */
async function readFields(page: PDFPageProxy): Promise<PageText['fields']> {
  const annotations = await page.getAnnotations();
  const filled = annotations.flatMap(
    ({ fieldName, fieldValue }: { fieldName?: string; fieldValue?: unknown }) => {
      const value = Array.isArray(fieldValue) ? fieldValue.join(', ') : fieldValue;
      return fieldName && typeof value === 'string' && value && value !== 'Off'
        ? [{ name: fieldName.toWellFormed().slice(0, 200), value: value.toWellFormed().slice(0, 10_000) }]
        : [];
    },
  );
  return filled.slice(0, LIMITS.formFields);
}

const round = (points: number) => (Number.isFinite(points) ? Math.round(points * 100) / 100 : 0);
