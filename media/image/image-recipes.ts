import type { Recipe } from '../output.ts';
import type { ImageOutputProfile } from '../profile/image-output.ts';

/** Recipes of all images that a profile asks for, and of the description. */
export function imageRecipes(outputs: readonly ImageOutputProfile[], settings: { avif: boolean }): Recipe[] {
  const sides = scaledSides(outputs);
  return [
    ...wantedOutputs(outputs, settings).map((output) => imageRecipe(output, sides)),
    { name: 'metadata', definition: imageMetadata(outputs) },
  ];
}

/** Without those that the operator has switched off. */
export const wantedOutputs = (outputs: readonly ImageOutputProfile[], { avif }: { avif: boolean }) =>
  outputs.filter(({ format }) => format !== 'avif' || avif);

/** `sides`: those of all images that are scaled from each other. */
export function imageRecipe(output: ImageOutputProfile, sides: readonly number[]): Recipe {
  const scaledFrom = isScaled(output) ? sides.filter((side) => side > (output.width ?? 0)) : [];
  return { name: 'image', definition: { ...output, ...(scaledFrom.length > 0 && { scaledFrom }) } };
}

/** The placeholder is made of the smallest. */
export const imageMetadata = (outputs: readonly ImageOutputProfile[]) => ({
  scaledFrom: scaledSides(outputs),
});

/** Longest sides of the images that are scaled from each other, largest first. */
export const scaledSides = (outputs: readonly ImageOutputProfile[]): number[] =>
  [...new Set(outputs.filter(isScaled).map(({ width = 0 }) => width))].sort((a, b) => b - a);

/** Encoders that take many times longer. */
export const isSlow = ({ format }: ImageOutputProfile) => format === 'webp' || format === 'avif';

export const isScaled = (output: ImageOutputProfile) =>
  !isSlow(output) && output.fit === 'inside' && output.width !== undefined && output.width === output.height;
