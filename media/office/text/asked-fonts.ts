const EAST_ASIAN = /[\u2E80-\u9FFF\uAC00-\uD7AF\uF900-\uFAFF\uFF00-\uFFEF]|[\u{20000}-\u{2FFFF}]/u;
const COMPLEX = /[\u0590-\u0DFF\u0E00-\u0FFF\u1000-\u109F\u1780-\u17FF]/;
const SIMPLE = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Nd}]/u;
const MAX_FONTS = 200;

/** Fonts that a run asks for, by the class of its characters. */
export interface Fonts {
  ascii?: string | undefined;
  eastAsia?: string | undefined;
  cs?: string | undefined;
}

/** The first fonts win where both name one. */
export function overlaid(first: Fonts, second: Fonts): Fonts {
  return {
    ascii: first.ascii ?? second.ascii,
    eastAsia: first.eastAsia ?? second.eastAsia,
    cs: first.cs ?? second.cs,
  };
}

/** Collects the fonts that visible text asks for. */
export function askedFonts() {
  const names = new Set<string>();
  const add = (name: string | undefined) => {
    // `+mn-lt` refers to the theme, `@` marks vertical text.
    if (name && !name.startsWith('+') && names.size < MAX_FONTS) names.add(name.replace(/^@/, '').trim());
  };
  return {
    names: names as ReadonlySet<string>,
    add(text: string, { ascii, eastAsia, cs }: Fonts) {
      if (ascii && !names.has(ascii) && SIMPLE.test(text)) add(ascii);
      if (eastAsia && !names.has(eastAsia) && EAST_ASIAN.test(text)) add(eastAsia);
      if (cs && !names.has(cs) && COMPLEX.test(text)) add(cs);
    },
  };
}

export type AskedFonts = ReturnType<typeof askedFonts>;
