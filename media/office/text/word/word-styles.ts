import { type Fonts, overlaid } from '../asked-fonts.ts';
import type { PackageParts, Relationship } from '../package-parts.ts';
import { type Attributes, attribute, isOn } from '../read-xml.ts';

interface WordStyle {
  basedOn?: string | undefined;
  heading?: number | undefined;
  item?: boolean | undefined;
  hidden?: boolean | undefined;
  fonts: Fonts;
}

export interface WordStyles {
  /** Returns what a style and those it is based on say together. */
  look(style: string | undefined): Omit<WordStyle, 'basedOn'>;
  /** Reads `w:rFonts`. */
  fontsOf(attributes: Attributes): Fonts;
  /** Style of paragraphs that name none. */
  usual?: string | undefined;
}

/** Styles that are based on each other in a circle end here. */
const MAX_DEPTH = 20;

export async function readWordStyles(
  parts: PackageParts,
  relationships: Iterable<Relationship>,
): Promise<WordStyles> {
  const targets = new Map([...relationships].map(({ type, target }) => [type, target]));
  const theme = await readTheme(parts, targets.get('theme'));
  const styles = new Map<string, WordStyle>();
  const defaults: WordStyle = { fonts: {} };
  let current = defaults;
  let usual: string | undefined;
  const fontsOf = (attributes: Attributes): Fonts => {
    const font = (...names: string[]) => {
      for (const name of names) {
        const themed = theme.get(attribute(attributes, `${name}Theme`) ?? '');
        const found = themed ?? attribute(attributes, name);
        if (found) return found;
      }
      return undefined;
    };
    return { ascii: font('ascii', 'hAnsi'), eastAsia: font('eastAsia'), cs: font('cs') };
  };
  await parts.read(targets.get('styles') ?? '', {
    open(name, attributes) {
      const value = attribute(attributes, 'val') ?? '';
      if (name === 'style') {
        current = { fonts: {} };
        const id = attribute(attributes, 'styleId') ?? '';
        styles.set(id, current);
        if (
          attribute(attributes, 'type') === 'paragraph' &&
          isOn(attributes, 'default') &&
          attribute(attributes, 'default')
        )
          usual = id;
      } else if (name === 'basedOn') current.basedOn = value;
      else if (name === 'outlineLvl' && Number(value) < 9) current.heading = Number(value) + 1;
      else if (name === 'vanish') current.hidden = isOn(attributes);
      else if (name === 'numPr') current.item = true;
      else if (name === 'rFonts') current.fonts = fontsOf(attributes);
    },
  });
  const cache = new Map<string | undefined, Omit<WordStyle, 'basedOn'>>();
  const look = (style: string | undefined) => {
    const known = cache.get(style);
    if (known) return known;
    const merged: Omit<WordStyle, 'basedOn'> = { fonts: {} };
    let at = styles.get(style ?? '');
    for (let depth = 0; at && depth < MAX_DEPTH; depth++) {
      merged.heading ??= at.heading;
      merged.item ??= at.item;
      merged.hidden ??= at.hidden;
      merged.fonts = overlaid(merged.fonts, at.fonts);
      at = styles.get(at.basedOn ?? '');
    }
    merged.fonts = overlaid(merged.fonts, defaults.fonts);
    cache.set(style, merged);
    return merged;
  };
  return { look, fontsOf, usual };
}

/** Returns fonts by the names that `w:asciiTheme` and its like use, such as `minorHAnsi`. */
async function readTheme(parts: PackageParts, part: string | undefined): Promise<Map<string, string>> {
  const fonts = new Map<string, string>();
  let group = '';
  await parts.read(part ?? '', {
    open(name, attributes) {
      if (name === 'majorFont' || name === 'minorFont') group = name.slice(0, 5);
      const typeface = attribute(attributes, 'typeface');
      if (!group || !typeface) return;
      if (name === 'latin') for (const use of ['Ascii', 'HAnsi']) fonts.set(group + use, typeface);
      if (name === 'ea') fonts.set(`${group}EastAsia`, typeface);
      if (name === 'cs') fonts.set(`${group}Bidi`, typeface);
    },
    close(name) {
      if (name === 'majorFont' || name === 'minorFont') group = '';
    },
  });
  return fonts;
}
