import type { PackageParts } from './package-parts.ts';
import type { XmlHandler } from './read-xml.ts';
import type { TextWriter } from './text-writer.ts';

/** Writes the text of a part of DrawingML: a drawing on a sheet, a chart, a diagram. */
export async function drawnText(parts: PackageParts, part: string, writer: TextWriter): Promise<void> {
  await parts.read(part, drawing(writer), () => writer.drain());
}

/**
 * Paragraphs of shapes and titles; in charts also the names of series and categories, as they were
 * stored last. A name that several series share is written once.
 */
function drawing(writer: TextWriter): XmlHandler {
  const path: string[] = [];
  const names = new Set<string>();
  let text = '';
  let cache = 0;
  let fallback = 0;
  const isName = () => cache > 0 && path.at(-1) === 'v';
  return {
    open(name) {
      path.push(name);
      if (fallback > 0 || name === 'Fallback') fallback++;
      if (name === 'p') text = '';
      if (name === 'br') text += '\n';
      if (name === 'strCache') cache++;
      if (name === 'v') text = '';
    },
    close(name) {
      if (isName() && !names.has(text)) {
        names.add(text);
        writer.block(text);
      }
      path.pop();
      if (fallback > 0) fallback--;
      if (name === 'strCache') cache--;
      if ((name === 'p' && path.includes('txBody')) || (name === 'p' && path.includes('rich')))
        writer.block(text);
    },
    text(piece) {
      if (fallback === 0 && (path.at(-1) === 't' || isName())) text += piece;
    },
  };
}
