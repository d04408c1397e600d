import * as z from 'zod';
import type { RecipeName } from '../../media/recipes.ts';
import type { MadeBy } from './recipe-hash.ts';

const MADE_BY = z.looseObject({
  recipe: z.string(),
  version: z.number(),
  definition: z.looseObject({}),
  tools: z.record(z.string(), z.string()).optional(),
});
const ENTRY = z.looseObject({
  key: z.string(),
  versionId: z.string(),
  contentType: z.string(),
  size: z.number(),
  sha256: z.string(),
  recipeHash: z.string().optional(),
});
const MANIFEST = z.looseObject({
  source: z.looseObject({ etag: z.string(), kind: z.string(), contentType: z.string() }),
  outputs: z.array(ENTRY),
  recipes: z.record(z.string(), MADE_BY).default({}),
  degraded: z.array(z.string()).default([]),
  tools: z.record(z.string(), z.string()).default({}),
});

/** A published output, as manifests list it; with facts by its format. */
export interface ManifestEntry extends Record<string, unknown> {
  key: string;
  versionId: string;
  contentType: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

/** Manifest as it was stored. Those of earlier code have no recipes. */
export interface Manifest {
  source: { etag: string; kind: string; contentType: string };
  outputs: (ManifestEntry & { recipeHash?: string | undefined })[];
  /**
   * By hash, all that was asked for: what no output has gave none for this upload. The names may be
   * those of other code.
   */
  recipes: Record<string, MadeBy>;
  degraded: string[];
  tools: Record<string, string>;
}

/** Parses a manifest. Throws for bytes that are none. */
export function parseManifest(bytes: Buffer): Manifest {
  const { recipes, ...rest } = MANIFEST.parse(JSON.parse(bytes.toString('utf8')));
  const known = Object.entries(recipes).map(([hash, { recipe, version, definition, tools }]) => [
    hash,
    { recipe: recipe as RecipeName, version, definition, ...(tools && { tools }) },
  ]);
  return { ...rest, recipes: Object.fromEntries(known) };
}
