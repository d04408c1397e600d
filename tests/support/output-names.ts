import { outputReader } from '../../media/kinds/describe-output.ts';
import type { MediaKind } from '../../media/kinds/kinds.ts';
import { OUTPUTS, type OutputRow, PLACES } from '../../media/kinds/outputs.ts';

/** Of places that hold numbers, or what profiles name. */
const EXAMPLES = {
  page: ['0001', '0020'],
  segment: ['00000'],
  rendition: ['480p', '720p', '1080p'],
  named: ['hero', 'a-b'],
};
const WORDS: Record<string, readonly string[]> = { ...PLACES, ...EXAMPLES };

/** Every name that a row allows, with examples for the numbers in it. */
export function namesOf({ name }: Pick<OutputRow, 'name'>): string[] {
  const [place, word] = /\{(\w+)\}/.exec(name) ?? [];
  if (place === undefined) return [name];
  return (WORDS[word ?? ''] ?? []).flatMap((value) => namesOf({ name: name.replace(place, value) }));
}

/**
 * What a table of outputs and the outputs that were really made have against each other, in words;
 * empty where they are the same. `made`: names by the kind of upload that they were made of.
 */
export function outputProblems(
  made: Readonly<Partial<Record<MediaKind, readonly string[]>>>,
  outputs: readonly OutputRow[] = OUTPUTS,
): string[] {
  const rowOf = outputReader(outputs);
  const all = Object.entries(made) as [MediaKind, readonly string[]][];
  const unlisted = all.flatMap(([kind, names]) =>
    names
      .filter((name) => !rowOf(name)?.kinds.includes(kind))
      .map((name) => `${name} is made of ${kind}, which no row of OUTPUTS says`),
  );
  const neverMade = outputs.flatMap(({ name, kinds }) =>
    kinds
      .filter((kind) => !(made[kind] ?? []).some((one) => rowOf(one)?.name === name))
      .map((kind) => `OUTPUTS says that ${name} is made of ${kind}, which nothing does`),
  );
  const everything = new Set(all.flatMap(([, names]) => names));
  const unused = outputs
    .filter(({ name }) => !/\{(?:page|segment)\}/.test(name))
    .flatMap(namesOf)
    .filter((name) => !everything.has(name))
    .map((name) => `OUTPUTS allows ${name}, which nothing makes`);
  return [...new Set([...unlisted, ...neverMade, ...(neverMade.length > 0 ? [] : unused)])];
}
