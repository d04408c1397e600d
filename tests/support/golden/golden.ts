import { RECIPES, type RecipeName } from '../../../media/recipes.ts';
import { sha256 } from '../made-outputs.ts';
import { GOLDEN_AV } from './golden-av.ts';
import { GOLDEN_DOCUMENTS } from './golden-documents.ts';
import { GOLDEN_IMAGES } from './golden-images.ts';
import type { Contents, GoldenRecipe } from './golden-recipe.ts';

/** As golden.json has it. */
export interface GoldenHashes {
  version: number;
  texts?: Record<string, string>;
  tools?: Record<string, string>;
  bytes?: Record<string, string>;
}

const GOLDEN: Readonly<Record<RecipeName, GoldenRecipe>> = {
  ...GOLDEN_IMAGES,
  ...GOLDEN_AV,
  ...GOLDEN_DOCUMENTS,
};

export async function hashesOf(recipe: RecipeName): Promise<GoldenHashes> {
  const { texts, bytes } = GOLDEN[recipe];
  return {
    version: RECIPES[recipe],
    ...(texts && { texts: hashed(await texts()) }),
    ...(bytes && { tools: bytes.tools, bytes: hashed(await bytes.make()) }),
  };
}

const hashed = (contents: Contents) =>
  Object.fromEntries(
    Object.entries(contents)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, content]) => [name, sha256(Buffer.from(content))]),
  );

/** What is wrong with a recipe against its golden hashes, in words; and what could not be compared. */
export function compare(
  recipe: RecipeName,
  golden: GoldenHashes | undefined,
  now: GoldenHashes,
): { problems: string[]; skipped?: string } {
  if (golden?.version !== now.version)
    return {
      problems: [
        `golden.json has version ${golden?.version} of '${recipe}', media/recipes.ts ${now.version}: npm run golden`,
      ],
    };
  const changes = (before: Record<string, string> = {}, after: Record<string, string> = {}) =>
    [...new Set([...Object.keys(before), ...Object.keys(after)])]
      .filter((name) => before[name] !== after[name])
      .map(
        (name) =>
          `the bytes of ${name} changed: add one to RECIPES['${recipe}'] in media/recipes.ts, then npm run golden`,
      );
  const problems = changes(golden.texts, now.texts);
  const [made, have] = [golden.tools, now.tools].map((tools) => JSON.stringify(tools));
  if (made !== have)
    return {
      problems,
      skipped: `The bytes of recipe '${recipe}' are not compared: golden.json was made with ${made}, here are ${have}.`,
    };
  return { problems: [...problems, ...changes(golden.bytes, now.bytes)] };
}
