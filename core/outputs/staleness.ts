import { isDeepStrictEqual } from 'node:util';
import { describeOutput } from '../../media/kinds/describe-output.ts';
import type { Recipe } from '../../media/output.ts';
import type { Manifest } from './manifest.ts';
import { canonical, type MadeBy, madeBy } from './recipe-hash.ts';

/** An output that would come out otherwise now, and why. */
export interface StaleOutput {
  /** File name without the stem; of one that was not made yet, what the profile calls it. */
  name: string;
  reason: string;
}

/**
 * Compares what made the outputs of a manifest with what is asked for now (media/planned-recipes.ts).
 * Segments of a stream are left out: their playlist stands for them. A newer version of a tool alone
 * makes nothing stale.
 */
export function staleOutputs(
  manifest: Manifest,
  { prefix, planned }: { prefix: string; planned: readonly Recipe[] },
): StaleOutput[] {
  const wanted = new Map(planned.map((recipe) => [canonical(madeBy(recipe)), madeBy(recipe)]));
  const asked = new Set(Object.values(manifest.recipes).map(canonical));
  const old = manifest.outputs.flatMap(({ key, recipeHash }) => {
    const by = recipeHash === undefined ? undefined : manifest.recipes[recipeHash];
    return by && wanted.has(canonical(by)) ? [] : [{ name: key.slice(prefix.length), by }];
  });
  const known = new Set(old.map(({ by }) => by && identityOf(by)));
  const missing = [...wanted].filter(([text, made]) => !asked.has(text) && !known.has(identityOf(made)));
  return [
    ...old
      .filter(({ name }) => describeOutput(name)?.role !== 'segment')
      .map(({ name, by }) => ({ name, reason: by ? reasonOf(by, [...wanted.values()]) : NO_RECIPE })),
    ...missing.map(([, made]) => ({ name: identityOf(made), reason: NOT_ASKED })),
  ];
}

const NOT_ASKED = 'It was not asked for when the others were made.';
const NO_RECIPE = 'It was made by earlier code, which did not say how.';

function reasonOf(by: MadeBy, wanted: readonly MadeBy[]): string {
  const now = wanted.find((made) => identityOf(made) === identityOf(by));
  if (!now) return 'The profile does not ask for it any more.';
  if (now.version !== by.version)
    return `The code that makes it has changed: version ${now.version} of ${by.recipe}, made by ${by.version}.`;
  return `The profile or a setting has changed: ${differences(by.definition, now.definition).join(', ')}.`;
}

/** Names of the fields that differ. */
function differences(one: object, other: object): string[] {
  const [before, after] = [one, other].map((fields) => new Map<string, unknown>(Object.entries(fields)));
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  return [...names].filter((name) => !isDeepStrictEqual(before?.get(name), after?.get(name)));
}

/** What says in a definition which output it is of. */
interface Naming {
  name?: string;
  codec?: string;
  rendition?: string;
  preview?: { name: string };
  thumbnail?: { name: string };
  most?: number;
  quality?: number;
  markdown?: boolean;
}

/** Returns what a recipe makes, whatever else its definition says. */
export function identityOf({ recipe, definition }: MadeBy): string {
  const { name, codec, rendition, preview, thumbnail, most, quality, markdown }: Naming = definition;
  switch (recipe) {
    case 'image':
    case 'audio':
      return [name, codec].filter(Boolean).join('.');
    case 'video':
      return rendition ? `${rendition}.mp4` : 'hls';
    case 'preview':
      return preview?.name ?? recipe;
    case 'video-pictures':
      return thumbnail?.name ?? 'poster';
    case 'document-pictures':
      return most === undefined ? (quality === undefined ? 'thumbnails' : 'pages') : 'number of pages';
    case 'document-text':
      return markdown === undefined ? recipe : 'choice of texts';
    default:
      return recipe;
  }
}
