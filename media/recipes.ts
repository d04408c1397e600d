/**
 * Versions of the code that makes outputs, by what it makes. Whoever changes what bytes come out for
 * the same upload and definition adds one, which makes all such outputs stale, and runs `npm run
 * golden`; tests/unit/media/recipes fails until then.
 */
export const RECIPES = {
  image: 1,
  video: 1,
  'video-pictures': 1,
  storyboard: 1,
  preview: 1,
  audio: 1,
  waveform: 1,
  cover: 1,
  'document-pictures': 1,
  'document-text': 1,
  'office-pdf': 1,
  metadata: 1,
} as const;

export type RecipeName = keyof typeof RECIPES;
