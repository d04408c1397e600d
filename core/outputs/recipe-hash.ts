import { createHash } from 'node:crypto';
import type { Recipe } from '../../media/output.ts';
import { RECIPES, type RecipeName } from '../../media/recipes.ts';

/** What an output was made by, as manifests have it. */
export interface MadeBy {
  recipe: RecipeName;
  /** Version of the code (media/recipes.ts). */
  version: number;
  definition: object;
  /** Present if they are not those of the manifest: the output was taken over from an earlier one. */
  tools?: Record<string, string>;
}

export const madeBy = ({ name, definition }: Recipe): MadeBy => ({
  recipe: name,
  version: RECIPES[name],
  definition,
});

/** Hex digits of the hash, 128 bits; in a manifest, each segment of a film has one. */
const HASH_DIGITS = 32;

/**
 * Returns the hash of all that decides the bytes of an output: its definition, the code, the tools
 * and the upload. An output whose hash is the same need not be made again.
 */
export function recipeHash(
  made: MadeBy,
  { tools, etag }: { tools: Record<string, string>; etag: string },
): string {
  const text = `[${canonical(made)},${JSON.stringify(inOrder(tools))},${JSON.stringify(etag)}]`;
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
}

/** Returns the same text for what gives the same bytes with the same tools. */
export const canonical = ({ recipe, version, definition }: MadeBy): string =>
  JSON.stringify(inOrder({ recipe, version, definition }));

/** Sorts the fields of objects, so that the order in which a profile was written does not matter. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, field]) => [name, inOrder(field)]),
  );
}
