import type { AskedFonts } from '../asked-fonts.ts';
import { attribute, isOn, type XmlHandler } from '../read-xml.ts';
import type { TextWriter } from '../text-writer.ts';

interface Shape {
  isHidden: boolean;
  /** Type of the placeholder; undefined for a shape of its own. */
  placeholder?: string;
}

const SHAPES = new Set(['sp', 'grpSp', 'graphicFrame', 'pic', 'cxnSp']);
const TITLES = new Set(['title', 'ctrTitle']);

/**
 * Returns a handler that writes the text of the shapes of a slide, a layout or a master. Only a slide
 * shows its placeholders: those of layouts and masters are prompts.
 */
export function slideFlow({
  writer,
  fonts,
  theme,
  isSlide,
}: {
  writer: TextWriter;
  fonts: AskedFonts;
  theme: ReadonlyMap<string, string>;
  isSlide: boolean;
}): XmlHandler {
  const path: string[] = [];
  const shapes: Shape[] = [];
  let skipped = 0;
  let paragraph = '';
  let cells: string[] = [];
  /** Lines of the table cell around. */
  let cell: string[] | undefined;
  let isCovered = false;
  let asked: Record<string, string | undefined> = {};

  const isShown = () =>
    !shapes.some(({ isHidden, placeholder }) => isHidden || (!isSlide && placeholder !== undefined));
  const font = (name: string, usual: string) => {
    const typeface = asked[name] ?? theme.get(usual);
    return theme.get(typeface ?? '') ?? typeface;
  };
  const say = (text: string) => {
    if (!isShown()) return;
    paragraph += text;
    const isTitle = TITLES.has(shapes.at(-1)?.placeholder ?? '');
    const group = isTitle ? '+mj-' : '+mn-';
    fonts.add(text, {
      ...{ ascii: font('latin', `${group}lt`), eastAsia: font('ea', `${group}ea`) },
      cs: font('cs', `${group}cs`),
    });
  };
  const endParagraph = () => {
    const heading = TITLES.has(shapes.at(-1)?.placeholder ?? '') ? 1 : undefined;
    if (cell) cell.push(paragraph);
    else writer.block(paragraph, { heading });
    paragraph = '';
  };

  return {
    open(name, attributes) {
      path.push(name);
      const shape = shapes.at(-1);
      if (skipped > 0 || name === 'Fallback') skipped++;
      else if (SHAPES.has(name)) shapes.push({ isHidden: false });
      else if (name === 'cNvPr' && shape && attribute(attributes, 'hidden'))
        shape.isHidden = isOn(attributes, 'hidden');
      else if (name === 'ph' && shape) shape.placeholder = attribute(attributes, 'type') ?? 'obj';
      else if (name === 'p') paragraph = '';
      else if (name === 'r' || name === 'fld') asked = {};
      else if (path.at(-2) === 'rPr' && ['latin', 'ea', 'cs'].includes(name))
        asked[name] = attribute(attributes, 'typeface');
      else if (name === 'br') say('\n');
      else if (name === 'tr') cells = [];
      else if (name === 'tc') {
        cell = [];
        isCovered = ['hMerge', 'vMerge'].some(
          (merge) => attribute(attributes, merge) && isOn(attributes, merge),
        );
      }
    },
    close(name) {
      path.pop();
      if (skipped > 0) {
        skipped--;
        return;
      }
      if (name === 'p') endParagraph();
      else if (name === 'tc') {
        cells.push(isCovered ? '' : (cell?.join('\n') ?? ''));
        cell = undefined;
      } else if (name === 'tr' && isShown()) writer.row(cells);
      else if (name === 'tbl') writer.endTable();
      if (SHAPES.has(name)) shapes.pop();
    },
    text(text) {
      if (skipped === 0 && path.at(-1) === 't') say(text);
    },
  };
}
