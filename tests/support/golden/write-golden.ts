import { writeFile } from 'node:fs/promises';
import { RECIPES, type RecipeName } from '../../../media/recipes.ts';
import { type GoldenHashes, hashesOf } from './golden.ts';

/** Writes what all recipes make now: `npm run golden`. */
const golden: Record<string, GoldenHashes> = {};
for (const recipe of Object.keys(RECIPES) as RecipeName[]) golden[recipe] = await hashesOf(recipe);
await writeFile('tests/unit/media/recipes/golden.json', `${JSON.stringify(golden, null, 2)}\n`);
