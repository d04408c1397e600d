import type { Recipe } from '../../output.ts';

/** Recipe of what is text: nothing in a profile affects it. */
export const TEXT_RECIPE: Recipe = { name: 'document-text', definition: {} };
