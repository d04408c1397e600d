import { type Fonts, overlaid } from '../asked-fonts.ts';
import { type Attributes, attribute } from '../read-xml.ts';

interface OdfStyle {
  parent?: string | undefined;
  hidden?: boolean;
  fonts: Fonts;
}

const MAX_DEPTH = 20;

/** Collects the styles of an OpenDocument file as they are read. */
export function odfStyles() {
  const faces = new Map<string, string>();
  const styles = new Map<string, OdfStyle>();
  const defaults = new Map<string, OdfStyle>();
  let current: OdfStyle | undefined;
  const font = (attributes: Attributes, suffix: string) => {
    const named = attribute(attributes, `font-name${suffix}`);
    const family = attribute(attributes, `font-family${suffix}`) ?? (named && (faces.get(named) ?? named));
    return family?.split(',')[0]?.replace(/['"]/g, '').trim() || undefined;
  };
  const key = (family: string, name: string) => `${family} ${name}`;
  return {
    open(name: string, attributes: Attributes) {
      const named = attribute(attributes, 'name') ?? '';
      const family = attribute(attributes, 'family') ?? '';
      if (name === 'font-face') faces.set(named, attribute(attributes, 'font-family') ?? named);
      else if (name === 'style') {
        current = { parent: attribute(attributes, 'parent-style-name'), fonts: {} };
        styles.set(key(family, named), current);
      } else if (name === 'default-style') {
        current = { fonts: {} };
        defaults.set(family, current);
      } else if (!current) return;
      else if (name === 'text-properties') {
        if (attribute(attributes, 'display')) current.hidden = attribute(attributes, 'display') === 'none';
        current.fonts = {
          ascii: font(attributes, ''),
          eastAsia: font(attributes, '-asian'),
          cs: font(attributes, '-complex'),
        };
      } else if (name === 'table-properties' && attribute(attributes, 'display') === 'false')
        current.hidden = true;
      else if (name === 'drawing-page-properties' && attribute(attributes, 'visibility') === 'hidden')
        current.hidden = true;
    },
    close(name: string) {
      if (name === 'style' || name === 'default-style') current = undefined;
    },
    /** Returns what a style of a family and its parents say together. */
    look(family: string, name: string | undefined): { hidden?: boolean | undefined; fonts: Fonts } {
      const merged: { hidden?: boolean | undefined; fonts: Fonts } = { fonts: {} };
      let at = styles.get(key(family, name ?? ''));
      for (let depth = 0; at && depth < MAX_DEPTH; depth++) {
        merged.hidden ??= at.hidden;
        merged.fonts = overlaid(merged.fonts, at.fonts);
        at = styles.get(key(family, at.parent ?? ''));
      }
      merged.fonts = overlaid(merged.fonts, defaults.get(family)?.fonts ?? {});
      return merged;
    },
  };
}

export type OdfStyles = ReturnType<typeof odfStyles>;
