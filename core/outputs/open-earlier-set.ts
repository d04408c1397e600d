import type { WorkOrder } from '../../contract/work-order.ts';
import { RECIPES } from '../../media/recipes.ts';
import type { ObjectStore } from '../aws/object-store.ts';
import { EarlierSet } from './earlier-set.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { outputPrefix } from './output-key.ts';

/**
 * Opens the outputs that a job is to keep but for some. `current`: keys of the output bucket.
 * Undefined if there are none, of this upload, whose recipes are known: then everything is made.
 */
export async function openEarlierSet(
  { objects, outputBucket: bucket }: { objects: ObjectStore; outputBucket: string },
  order: WorkOrder,
  current: ReadonlyMap<string, string>,
): Promise<EarlierSet | undefined> {
  const { earlier } = order;
  if (!earlier) return undefined;
  const bytes = await objects.readOutput(bucket, earlier.manifestKey, earlier.manifestVersionId);
  const manifest = bytes && parseManifest(bytes);
  if (manifest?.source.etag !== order.etag || !isKnown(manifest)) return undefined;
  return new EarlierSet({
    manifest,
    prefix: outputPrefix(order),
    only: earlier.only,
    isThere: (key) => current.has(key),
    read: ({ key, versionId }, file) => objects.download({ bucket, key, versionId, etag: '' }, file),
  });
}

/** Manifests of earlier code do not say by what outputs were made; other code may have had other recipes. */
const isKnown = ({ outputs, recipes }: Manifest): boolean =>
  outputs.every(({ recipeHash = '' }) => Object.hasOwn(RECIPES, recipes[recipeHash]?.recipe ?? ''));
