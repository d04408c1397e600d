import { describeOutput } from '../../media/kinds/describe-output.ts';
import type { MediaKind } from '../../media/kinds/kinds.ts';
import { OUTPUTS, type OutputRow } from '../../media/kinds/outputs.ts';

export interface Expected {
  kind: MediaKind;
  /** Conditions of rows in OUTPUTS that the upload and the deployment meet. */
  when: readonly OutputRow['when'][];
}

/**
 * Describes missing and unexpected outputs of an upload, compared to OUTPUTS. `names`: all except
 * the manifest.
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
      .map((name) => `${name} is not an output of kind ${kind} in media/kinds/outputs.ts`),
  ];
}

/** Returns the row's name, with its placeholders. */
function rowOf(name: string, kind: MediaKind): string | undefined {
  const row = describeOutput(name);
  return row?.kinds.includes(kind) ? row.name : undefined;
}
