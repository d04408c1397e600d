import { describeOutput } from '../../media/kinds/describe-output.ts';
import type { MediaKind } from '../../media/kinds/kinds.ts';
import { OUTPUTS, type OutputRow } from '../../media/kinds/outputs.ts';

export interface Expected {
  kind: MediaKind;
  /** What holds of the upload and of the deployment, of all that a row of OUTPUTS may ask for. */
  when: readonly OutputRow['when'][];
}

/**
 * What the outputs of an upload lack or have too many by OUTPUTS, in words. `names`: all but the
 * manifest.
 */
export function outputProblems(names: readonly string[], { kind, when }: Expected): string[] {
  const made = new Set(names.flatMap((name) => rowOf(name, kind) ?? []));
  const due = OUTPUTS.filter((row: OutputRow) => {
    const isDue = row.when === undefined || when.includes(row.when);
    return isDue && row.role !== 'manifest' && row.kinds.includes(kind);
  });
  return [
    ...due.filter(({ name }) => !made.has(name)).map(({ name }) => `${name} is missing`),
    ...names
      .filter((name) => !rowOf(name, kind))
      .map((name) => `${name} is no output of kind ${kind} by media/kinds/outputs.ts`),
  ];
}

/** The name of the row, with its places. */
function rowOf(name: string, kind: MediaKind): string | undefined {
  const row = describeOutput(name);
  return row?.kinds.includes(kind) ? row.name : undefined;
}
