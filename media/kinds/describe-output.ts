import { isFreeName } from './free-name.ts';
import { NAMED_ROWS, OUTPUTS, type OutputName, type OutputRow, PLACES } from './outputs.ts';

/** Renditions that are named by their number of lines. */
const LINES = /^\d/;
const PLACE = /\{(\w+)\}/g;

/**
 * Returns the row of an output name, with its label filled in; undefined for a name that no output
 * has.
 */
export const describeOutput = outputReader([...OUTPUTS, ...NAMED_ROWS]);

/**
 * Returns the full name of an output that a profile names. Throws for one that could not be
 * attributed to its upload; a profile that was parsed has none.
 */
export function outputOfProfile(name: string, extension: string): OutputName {
  const file = `${name}.${extension}`;
  if (!describeOutput(file)) throw new Error(`Expected the name of an output, got ${file}`);
  return file as OutputName;
}

export function outputReader(rows: readonly OutputRow[]): (name: string) => OutputRow | undefined {
  const known = rows.map((row) => ({ row, pattern: patternOf(row.name) }));
  return (name) => {
    for (const { row, pattern } of known) {
      const match = pattern.exec(name);
      if (match && isUsable(match.groups)) return { ...row, label: filled(row.label, match.groups ?? {}) };
    }
    return undefined;
  };
}

/** Returns false where a word of other names is in the place of a name that a profile gave. */
function isUsable({ named, rendition }: Readonly<Record<string, string>> = {}): boolean {
  const given = named ?? (rendition && !LINES.test(rendition) ? rendition : undefined);
  return given === undefined || isFreeName(given);
}

/**
 * Builds the pattern of a name. Of the characters special in regular expressions, names contain
 * only dots.
 */
function patternOf(name: string): RegExp {
  const source = name
    .replaceAll('.', '\\.')
    .replaceAll(PLACE, (_, place: keyof typeof PLACES) => `(?<${place}>${sourceOf(place)})`);
  return new RegExp(`^${source}$`, 'u');
}

function sourceOf(place: keyof typeof PLACES): string {
  const values: readonly string[] | RegExp = PLACES[place];
  return values instanceof RegExp ? values.source : values.join('|');
}

/** Fills in a label. Numbers lose the leading zeros that keep names sorted. */
function filled(label: string, values: Record<string, string>): string {
  return label.replaceAll(PLACE, (_, place: string) => (values[place] ?? '').replace(/^0+(?=\d)/, ''));
}
