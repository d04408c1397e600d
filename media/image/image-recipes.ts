import type { Recipe } from '../output.ts';
import type { ImageOutputProfile } from '../profile/image-output.ts';
import { watermarkDefinition } from '../watermark/watermark-definition.ts';
import type { Point } from './cover-point.ts';

/** What is asked for of an image, whatever it is like. */
export interface AskedImage {
  outputs: readonly ImageOutputProfile[];
  avif: boolean;
  /** Of the upload, for the gravity `focal`. */
  focalPoint?: Point | undefined;
  /** Those that outputs name, by name. */
  watermarks?: ReadonlyMap<string, { sha256: string }> | undefined;
}

/** Recipes of all images that are asked for, and of the description. */
export function imageRecipes(asked: AskedImage): Recipe[] {
  return [
    ...wantedOutputs(asked.outputs, asked).map((output) => imageRecipe(output, asked)),
    { name: 'metadata', definition: imageMetadata(asked.outputs) },
  ];
}

/** Without those that the operator has switched off. */
export const wantedOutputs = (outputs: readonly ImageOutputProfile[], { avif }: { avif: boolean }) =>
  outputs.filter(({ format }) => format !== 'avif' || avif);

export function imageRecipe(
  { watermark, ...output }: ImageOutputProfile,
  { outputs, watermarks, focalPoint }: Omit<AskedImage, 'avif'>,
): Recipe {
  const sides = isScaled(output) ? scaledSides(outputs) : [];
  const scaledFrom = sides.filter((side) => side > (output.width ?? 0));
  const image = watermark && watermarks?.get(watermark.image);
  return {
    name: 'image',
    definition: {
      ...output,
      ...(scaledFrom.length > 0 && { scaledFrom }),
      ...(isFocal(output) && focalPoint && { focalPoint }),
      ...(watermark && { watermark: watermarkDefinition(watermark, image?.sha256) }),
    },
  };
}

/** The placeholder is made of the smallest. */
export const imageMetadata = (outputs: readonly ImageOutputProfile[]) => ({
  scaledFrom: scaledSides(outputs),
});

/** Longest sides of the images that are scaled from each other, largest first. */
const scaledSides = (outputs: readonly ImageOutputProfile[]): number[] =>
  [...new Set(outputs.filter(isScaled).map(({ width = 0 }) => width))].sort((a, b) => b - a);

/** Whether it is cut around the upload's focal point, if it has one. */
export const isFocal = ({ fit, gravity }: ImageOutputProfile) => fit === 'cover' && gravity === 'focal';

/** Encoders that take many times longer. */
export const isSlow = ({ format }: ImageOutputProfile) => format === 'webp' || format === 'avif';

export const isScaled = (output: ImageOutputProfile) =>
  !isSlow(output) && output.fit === 'inside' && output.width !== undefined && output.width === output.height;
