import type { Recipe } from '../../media/output.ts';
import { type MadeBy, madeBy, recipeHash } from './recipe-hash.ts';

/** A published output, as manifests list it; with facts by its format. */
export interface ManifestEntry extends Record<string, unknown> {
  key: string;
  versionId: string;
  contentType: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

export interface Published {
  entry: ManifestEntry;
  recipe: Recipe;
}

/**
 * Returns the outputs in the order of their keys, each with the hash of what it was made by, and by
 * hash what that was: many outputs share it.
 */
export function manifestOutputs(
  published: readonly Published[],
  common: { tools: Record<string, string>; etag: string },
): { outputs: (ManifestEntry & { recipeHash: string })[]; recipes: Record<string, MadeBy> } {
  const recipes: Record<string, MadeBy> = {};
  const inOrder = published.toSorted((a, b) => (a.entry.key < b.entry.key ? -1 : 1));
  const outputs = inOrder.map(({ entry, recipe }) => {
    const made = madeBy(recipe);
    const hash = recipeHash(made, common);
    recipes[hash] = made;
    return { ...entry, recipeHash: hash };
  });
  return { outputs, recipes };
}
