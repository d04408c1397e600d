import type { AskedFonts } from '../asked-fonts.ts';
import type { PackageParts } from '../package-parts.ts';
import { type Attributes, attribute, type XmlHandler } from '../read-xml.ts';
import type { TextWriter } from '../text-writer.ts';
import { odfFlow } from './odf-flow.ts';
import { odfStyles } from './odf-styles.ts';

const CONTENT = 'content.xml';
const STYLES = 'styles.xml';
const CHART = /^Object [^/]+\/content\.xml$/;

/**
 * Writes the text of an OpenDocument text, spreadsheet or presentation: the body, then headers and
 * footers of a text and the titles and labels of charts. The text of a master follows each slide.
 */
export async function readOdfText(parts: PackageParts, writer: TextWriter, fonts: AskedFonts): Promise<void> {
  const styles = odfStyles();
  const drain = () => writer.drain();
  await parts.read(STYLES, { open: styles.open, close: styles.close });
  const masters = await masterShapes(parts);
  const usedMasters = new Set<string>(['Standard']);
  const afterPage = (master: string) => {
    for (const line of masters.get(master) ?? []) writer.block(line);
  };
  const body = within((name) => name === 'body', odfFlow({ writer, styles, fonts, afterPage }));
  let isText = false;
  await parts.read(
    CONTENT,
    {
      open(name, attributes) {
        styles.open(name, attributes);
        if (name === 'text' && !isText) isText = true;
        const master = name === 'style' ? attribute(attributes, 'master-page-name') : undefined;
        if (master) usedMasters.add(master);
        body.open?.(name, attributes);
      },
      close(name) {
        styles.close(name);
        body.close?.(name);
      },
      text: body.text,
    },
    drain,
  );
  if (isText) await parts.read(STYLES, headersOf(usedMasters, odfFlow({ writer, styles, fonts })), drain);
  for (const name of parts.names())
    if (CHART.test(name)) await parts.read(name, chartLabels(odfFlow({ writer, styles, fonts })), drain);
}

/** Passes on what stands within certain elements. */
function within(
  isWanted: (name: string, attributes: Attributes) => boolean,
  inner: XmlHandler,
): Required<XmlHandler> {
  let depth = 0;
  return {
    open(name, attributes) {
      if (depth > 0) inner.open?.(name, attributes);
      if (depth > 0 || isWanted(name, attributes)) depth++;
    },
    close(name) {
      if (depth > 0) depth--;
      if (depth > 0) inner.close?.(name);
    },
    text(text) {
      if (depth > 0) inner.text?.(text);
    },
  };
}

/** Passes on headers and footers of the master pages in use; one that is switched off stays in the file. */
function headersOf(used: ReadonlySet<string>, flow: XmlHandler): XmlHandler {
  let isUsed = false;
  return within((name, attributes) => {
    if (name === 'master-page') isUsed = used.has(attribute(attributes, 'name') ?? '');
    const isShown = (attribute(attributes, 'display') ?? 'true') === 'true';
    return isUsed && isShown && /^(?:header|footer)(?:-first|-left)?$/.test(name);
  }, flow);
}

/** Returns the text of shapes that masters show on each slide, by the master's name. */
async function masterShapes(parts: PackageParts): Promise<Map<string, string[]>> {
  const masters = new Map<string, string[]>();
  let lines: string[] | undefined;
  /** Depth within a shape that is a placeholder, or a note. */
  let placeholder = 0;
  let text: string | undefined;
  await parts.read(STYLES, {
    open(name, attributes) {
      if (name === 'master-page') {
        lines = [];
        masters.set(attribute(attributes, 'name') ?? '', lines);
      } else if (placeholder > 0 || name === 'notes' || attribute(attributes, 'class') !== undefined)
        placeholder++;
      else if (name === 'p') text = '';
    },
    close(name) {
      if (name === 'master-page') lines = undefined;
      else if (placeholder > 0) placeholder--;
      else if (name === 'p') {
        if (text && lines) lines.push(text);
        text = undefined;
      }
    },
    text(piece) {
      if (placeholder === 0 && text !== undefined) text += piece;
    },
  });
  return masters;
}

/** Passes on titles, and of the table behind a chart the names of series and categories. */
function chartLabels(flow: XmlHandler): XmlHandler {
  return within((name, attributes) => {
    if (name === 'table-cell') return attribute(attributes, 'value-type') === 'string';
    return name === 'title' || name === 'subtitle';
  }, flow);
}
