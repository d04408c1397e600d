import { createHash } from 'node:crypto';
import type { Recipe } from '../../media/output.ts';
import { RECIPES } from '../../media/recipes.ts';

/** What an output was made by, as manifests have it. */
export interface MadeBy {
  recipe: Recipe['name'];
  /** Version of the code (media/recipes.ts). */
  version: number;
  definition: object;
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
  const text = JSON.stringify([inOrder(made), inOrder(tools), etag]);
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
}

/** Sorts the fields of objects, so that the order in which a profile was written does not matter. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, field]) => [name, inOrder(field)]),
  );
}
