import { format, isDateFormat } from 'numfmt';
import type { PackageParts } from '../package-parts.ts';
import { type Attributes, attribute } from '../read-xml.ts';
import { BUILTIN_FORMATS } from './builtin-formats.ts';

export interface CellFormats {
  /** Number format codes by the index of a cell's style. */
  codes: string[];
  fonts: string[];
}

/** Excel takes no longer ones. */
const MAX_CODE = 255;
/** Days between the epochs of Excel for Windows (1900) and the old one for the Mac (1904). */
const DAYS_TO_1904 = 1462;

export async function readCellFormats(parts: PackageParts, part: string | undefined): Promise<CellFormats> {
  const own = new Map<number, string>();
  const fonts: string[] = [];
  const formats: CellFormats = { codes: [], fonts: [] };
  let group = '';
  const GROUPS = new Set(['fonts', 'cellXfs', 'cellStyleXfs', 'dxfs']);
  const number = (attributes: Attributes, name: string) => Number(attribute(attributes, name) ?? 0);
  await parts.read(part ?? '', {
    open(name, attributes) {
      if (GROUPS.has(name)) group = name;
      else if (name === 'numFmt' && group !== 'dxfs')
        own.set(number(attributes, 'numFmtId'), attribute(attributes, 'formatCode') ?? 'General');
      else if (name === 'name' && group === 'fonts') fonts.push(attribute(attributes, 'val') ?? '');
      else if (name === 'xf' && group === 'cellXfs') {
        const id = number(attributes, 'numFmtId');
        formats.codes.push(own.get(id) ?? BUILTIN_FORMATS[id] ?? 'General');
        formats.fonts.push(fonts[number(attributes, 'fontId')] ?? '');
      }
    },
    close(name) {
      if (GROUPS.has(name)) group = '';
    },
  });
  return formats;
}

/** Returns a number as its cell shows it where the column is wide enough. */
export function numberText(raw: string, code: string, is1904: boolean): string {
  const value = Number(raw);
  if (raw.trim() === '' || !Number.isFinite(value)) return raw;
  if (code === 'General' || code === '@') return general(value);
  const shift = is1904 && isDateFormat(code) ? DAYS_TO_1904 : 0;
  return formatted(code, value + shift) ?? general(value);
}

/**
 * Returns the number itself where its cell shows `###`, since the column is too narrow for it as it
 * is formatted; undefined where that says nothing more. `width`: of the column, in characters.
 */
export function hiddenNumber(raw: string, code: string, shown: string, width: number): string | undefined {
  if (shown.length <= width || code === 'General' || code === '@' || isDateFormat(code)) return undefined;
  const value = general(Number(raw));
  return value === shown || !Number.isFinite(Number(raw)) ? undefined : value;
}

/** Returns a text as its cell shows it: a format may hide it, or add to it. */
export function stringText(text: string, code: string): string {
  const isPlain = code === 'General' || code === '@' || code.length > MAX_CODE || !/@|;.*;.*;/.test(code);
  return isPlain ? text : (formatted(code, text) ?? text);
}

/** Up to the 15 digits that Excel keeps: 0.1 + 0.2 is 0.3. */
function general(value: number): string {
  return String(Number(value.toPrecision(15))).replace('e', 'E');
}

/** Returns undefined for a code that Excel would not take. */
function formatted(code: string, value: number | string): string | undefined {
  if (code.length > MAX_CODE) return undefined;
  try {
    return String(format(code, value)).trim();
  } catch {
    return undefined;
  }
}
