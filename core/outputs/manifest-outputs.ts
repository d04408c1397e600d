import type { Recipe } from '../../media/output.ts';
import type { ManifestEntry } from './manifest.ts';
import { type MadeBy, madeBy, recipeHash } from './recipe-hash.ts';

export interface Published {
  entry: ManifestEntry;
  /** Of one taken over: what it was made by then. */
  by: Recipe | { hash: string; made: MadeBy };
}

/**
 * Returns the outputs in the order of their keys, each with the hash of what it was made by, and by
 * hash what that was: many outputs share it, and what gave no output for this upload is there, too.
 */
export function manifestOutputs(
  { published, planned }: { published: readonly Published[]; planned: readonly Recipe[] },
  common: { tools: Record<string, string>; etag: string },
): { outputs: (ManifestEntry & { recipeHash: string })[]; recipes: Record<string, MadeBy> } {
  const recipes: Record<string, MadeBy> = {};
  const hashOf = (by: Published['by']) => {
    const { hash, made } = 'hash' in by ? by : hashed(by, common);
    recipes[hash] = made;
    return hash;
  };
  const inOrder = published.toSorted((a, b) => (a.entry.key < b.entry.key ? -1 : 1));
  const outputs = inOrder.map(({ entry, by }) => ({ ...entry, recipeHash: hashOf(by) }));
  for (const recipe of planned) hashOf(recipe);
  return { outputs, recipes };
}

function hashed(recipe: Recipe, common: { tools: Record<string, string>; etag: string }) {
  const made = madeBy(recipe);
  return { hash: recipeHash(made, common), made };
}
