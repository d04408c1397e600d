import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { LIMITS } from '../../limits.ts';
import type { OutlineItem } from '../page-protocol.ts';
import { addProblem } from './page-problems.ts';

type PdfOutline = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>;

const MAX_DEPTH = 20;
const MAX_TITLE = 500;

/** Reads the document's outline (bookmarks), with the page that each entry links to. */
export async function readOutline(pdf: PDFDocumentProxy): Promise<OutlineItem[]> {
  let left = LIMITS.outlineItems;
  const convert = async (items: PdfOutline, depth: number): Promise<OutlineItem[]> => {
    const converted: OutlineItem[] = [];
    for (const { title, dest, items: children } of items ?? []) {
      if (left-- <= 0 || depth > MAX_DEPTH) {
        addProblem(
          `the outline has more than ${LIMITS.outlineItems} entries or ${MAX_DEPTH} levels; the rest was omitted`,
        );
        break;
      }
      const page = await pageOf(pdf, dest);
      const below = children.length > 0 ? await convert(children, depth + 1) : [];
      converted.push({
        title: title
          .replace(/\p{Cc}+/gu, ' ')
          .trim()
          .toWellFormed()
          .slice(0, MAX_TITLE),
        ...(page ? { page } : {}),
        ...(below.length > 0 ? { items: below } : {}),
      });
    }
    return converted;
  };
  try {
    return await convert(await pdf.getOutline(), 1);
  } catch {
    addProblem('the outline could not be read');
    return [];
  }
}

async function pageOf(pdf: PDFDocumentProxy, destination: unknown): Promise<number | undefined> {
  try {
    const explicit = typeof destination === 'string' ? await pdf.getDestination(destination) : destination;
    const target: unknown = Array.isArray(explicit) ? explicit[0] : undefined;
    const index =
      typeof target === 'number'
        ? target
        : target
          ? await pdf.getPageIndex(target as { num: number; gen: number })
          : undefined;
    return index === undefined || index < 0 || index >= pdf.numPages ? undefined : index + 1;
  } catch {
    // An entry may link nowhere; keep its title anyway.
    return undefined;
  }
}
