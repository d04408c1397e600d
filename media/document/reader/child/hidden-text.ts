import { AnnotationMode, OPS, type PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { OptionalContentConfig } from './open-pdf.ts';
import type { TextItem } from './text-item.ts';

/** Characters of a page as they are drawn, and of each whether it is in a hidden layer. */
interface DrawnText {
  characters: string[];
  hidden: boolean[];
}

/** How far to look for text that pdf.js draws, but leaves out of the text, as off the page. */
const LOOK_AHEAD = 2000;

/**
 * Returns a function that tells of each item of the page's text, asked in order, whether it is in a
 * hidden layer. pdf.js leaves hidden layers out of pictures but not out of text, and text items do
 * not say where they are; so they are found among the characters that are drawn.
 */
export async function hiddenItems(
  page: PDFPageProxy,
  layers: OptionalContentConfig,
): Promise<((item: TextItem) => boolean) | undefined> {
  const { characters, hidden } = await drawnText(page, layers);
  if (!hidden.includes(true)) return undefined;
  let next = 0;
  let isHidden = false;
  return ({ str }) => {
    const sought = sorted(lettersOf(str));
    // The end of a line belongs to the text before it.
    if (sought === '') return isHidden;
    for (let at = next; at < Math.min(next + LOOK_AHEAD, characters.length); at++) {
      if (!sought.includes(characters[at] ?? '')) continue;
      const found = characters.slice(at, at + Array.from(sought).length);
      // In any order: text that runs from right to left is drawn from its end.
      if (sorted(found.join('')) !== sought) continue;
      next = at + found.length;
      isHidden = hidden[at] ?? false;
      return isHidden;
    }
    isHidden = false;
    return isHidden;
  };
}

async function drawnText(page: PDFPageProxy, layers: OptionalContentConfig): Promise<DrawnText> {
  const { fnArray, argsArray } = await page.getOperatorList({ annotationMode: AnnotationMode.DISABLE });
  const drawn: DrawnText = { characters: [], hidden: [] };
  const isHidden: boolean[] = [];
  fnArray.forEach((operator, i) => {
    const args = argsArray[i];
    if (operator === OPS.beginMarkedContentProps)
      isHidden.push(args[0] === 'OC' && Boolean(args[1]) && !layers.isVisible(args[1]));
    else if (operator === OPS.beginMarkedContent) isHidden.push(false);
    else if (operator === OPS.endMarkedContent) isHidden.pop();
    else if (operator === OPS.showText)
      for (const character of lettersOf(args[0].map(unicodeOf).join(''))) {
        drawn.characters.push(character);
        drawn.hidden.push(isHidden.includes(true));
      }
  });
  return drawn;
}

/** Glyphs come between numbers, which move them. */
const unicodeOf = (glyph: { unicode?: string } | number) =>
  typeof glyph === 'number' ? '' : (glyph.unicode ?? '');
/** Ligatures are letters in text items. */
const lettersOf = (text: string) => text.normalize('NFKC').replace(/\s/gu, '');
const sorted = (text: string) => Array.from(text).sort().join('');
