import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { promisify } from 'node:util';

/** Fonts of the same widths, so that lines break where they should. */
const SAME_WIDTHS: Readonly<Record<string, string>> = {
  ...{ calibri: 'carlito', cambria: 'caladea', cambriamath: 'caladea' },
  ...{ arial: 'liberationsans', helvetica: 'liberationsans', arialnarrow: 'liberationsansnarrow' },
  ...{ timesnewroman: 'liberationserif', times: 'liberationserif' },
  ...{ couriernew: 'liberationmono', courier: 'liberationmono' },
  ...{ symbol: 'opensymbol', wingdings: 'opensymbol', starsymbol: 'opensymbol', webdings: 'opensymbol' },
};
/** Fonts and characters that a note names at most. */
const MAX_NAMED = 8;
const MAX_NAME = 40;
const FONT_NAME = /\/BaseFont\s*\/(?:[A-Z]{6}\+)?([^\s/<>[\]()]{1,128})/g;
const CARRY = 256;
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Co}\p{Cn}\p{Cs}]/u;

/**
 * Returns a note if LibreOffice set text in other fonts than the document asks for, though not where
 * one of the same widths stands in.
 */
export async function substitutedFonts(pdf: string, asked: ReadonlySet<string>): Promise<string[]> {
  const used = [...(await fontsIn(pdf))].map(plain);
  // Without text there are none.
  if (used.length === 0) return [];
  const isUsed = (name: string) => name !== '' && used.some((font) => font.startsWith(name));
  const missing = [...asked].filter((font) => {
    const name = plain(font);
    return !isUsed(name) && !isUsed(SAME_WIDTHS[name] ?? '');
  });
  if (missing.length === 0) return [];
  const names = missing.map((name) => `"${name.slice(0, MAX_NAME)}"`);
  const verb = missing.length === 1 ? 'font is' : 'fonts are';
  return [`The ${verb} not installed, so another stands in: ${listed(names)}.`];
}

/** Returns a note if no installed font has some of the characters. */
export async function missingGlyphs(codePoints: ReadonlySet<number>): Promise<string[]> {
  if (codePoints.size === 0) return [];
  const ranges = await coverage();
  if (ranges.length === 0) return [];
  const missing = [...codePoints].filter(
    (point) =>
      !UNSEEN.test(String.fromCodePoint(point)) && !ranges.some(([from, to]) => point >= from && point <= to),
  );
  if (missing.length === 0) return [];
  const names = missing.map((point) => String.fromCodePoint(point));
  return [`No installed font has these characters, which the pages show as boxes: ${listed(names)}.`];
}

const listed = (names: readonly string[]) => {
  const more = names.length - MAX_NAMED;
  return names.slice(0, MAX_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '');
};

/** `Times New Roman` and `TimesNewRomanPS-BoldMT` begin alike without spaces and hyphens. */
const plain = (name: string) => name.toLowerCase().replace(/[\s\-_]/g, '');

/** Returns the PostScript names of a PDF's fonts. LibreOffice does not compress what names them. */
async function fontsIn(pdf: string): Promise<Set<string>> {
  const names = new Set<string>();
  let carry = '';
  for await (const chunk of createReadStream(pdf)) {
    const text = carry + (chunk as Buffer).toString('latin1');
    for (const [, name = ''] of text.matchAll(FONT_NAME)) names.add(name);
    carry = text.slice(-CARRY);
  }
  return names;
}

/** Ranges of code points that some installed font has, by fontconfig; empty if that is missing. */
let known: Promise<[from: number, to: number][]> | undefined;
function coverage() {
  known ??= promisify(execFile)('fc-list', ['--format', '%{charset}\n'], { maxBuffer: 64 * 1024 ** 2 }).then(
    ({ stdout }) =>
      [...new Set(stdout.split(/\s+/))].filter(Boolean).map((range): [number, number] => {
        const [from = '', to = from] = range.split('-');
        return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
      }),
    () => [],
  );
  return known;
}
