import type { AskedFonts } from '../asked-fonts.ts';
import { drawnText } from '../drawn-text.ts';
import { mainPart, type PackageParts, type Relationship, relationshipsOf } from '../package-parts.ts';
import { attribute, isOn, prefixed } from '../read-xml.ts';
import type { TextWriter } from '../text-writer.ts';
import { slideFlow } from './slide-flow.ts';

/**
 * Writes the text of a PowerPoint presentation, slide by slide as they are shown: with the text of
 * layout and master, charts and diagrams; without hidden slides and shapes, notes and comments.
 */
export async function readSlidesText(
  parts: PackageParts,
  writer: TextWriter,
  fonts: AskedFonts,
): Promise<void> {
  const main = await mainPart(parts);
  const relationships = await relationshipsOf(parts, main);
  const ids: string[] = [];
  await parts.read(main, {
    open(name, attributes) {
      if (name === 'sldId') ids.push(prefixed(attributes, 'id') ?? '');
    },
  });
  const themes = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const themeOf = async (master: string | undefined) => {
    const part = master ? target(await relationshipsOf(parts, master), 'theme') : undefined;
    const known = themes.get(part ?? '') ?? themeFonts(parts, part);
    themes.set(part ?? '', known);
    return known;
  };
  let page = 0;
  for (const id of ids) {
    const slide = relationships.get(id)?.target;
    if (!slide) continue;
    const { isHidden, showsMaster } = await slideFacts(parts, slide);
    if (isHidden) continue;
    writer.section({ page: ++page });
    const own = await relationshipsOf(parts, slide);
    const layout = target(own, 'slideLayout');
    const master = layout ? target(await relationshipsOf(parts, layout), 'slideMaster') : undefined;
    const theme = await themeOf(master);
    const read = (part: string, isSlide: boolean) =>
      parts.read(part, slideFlow({ writer, fonts, theme, isSlide }), () => writer.drain());
    await read(slide, true);
    for (const { type, target: part } of own.values())
      if (type === 'chart' || type === 'diagramDrawing') await drawnText(parts, part, writer);
    if (!layout || !showsMaster) continue;
    await read(layout, false);
    if (master && (await slideFacts(parts, layout)).showsMaster) await read(master, false);
  }
}

const target = (relationships: ReadonlyMap<string, Relationship>, wanted: string) =>
  [...relationships.values()].find(({ type }) => type === wanted)?.target;

async function slideFacts(parts: PackageParts, part: string) {
  const facts = { isHidden: false, showsMaster: true };
  await parts.read(part, {
    open(name, attributes) {
      if (name !== 'sld' && name !== 'sldLayout') return;
      facts.isHidden = attribute(attributes, 'show') !== undefined && !isOn(attributes, 'show');
      facts.showsMaster = isOn(attributes, 'showMasterSp');
    },
  });
  return facts;
}

/** Returns the fonts of a theme by the names that slides use: `+mj-lt`, `+mn-ea` … */
async function themeFonts(
  parts: PackageParts,
  part: string | undefined,
): Promise<ReadonlyMap<string, string>> {
  const fonts = new Map<string, string>();
  let group = '';
  const SCRIPTS: Readonly<Record<string, string>> = { latin: 'lt', ea: 'ea', cs: 'cs' };
  await parts.read(part ?? '', {
    open(name, attributes) {
      if (name === 'majorFont') group = '+mj-';
      if (name === 'minorFont') group = '+mn-';
      const typeface = attribute(attributes, 'typeface');
      if (group && typeface && SCRIPTS[name]) fonts.set(group + SCRIPTS[name], typeface);
    },
    close(name) {
      if (name === 'majorFont' || name === 'minorFont') group = '';
    },
  });
  return fonts;
}
