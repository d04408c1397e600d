import type { OutputName } from '../kinds/outputs.ts';
import type { Recipe } from '../output.ts';
import type { VideoProfile } from '../profile/video-profile.ts';

export interface VideoRecipeSettings {
  hls: boolean;
}

/** Whether there is an HLS stream. */
export const isStreamed = (
  { hls }: Pick<VideoProfile, 'hls'>,
  settings: { ENABLE_HLS_TRANSCODING: boolean },
): boolean => hls && settings.ENABLE_HLS_TRANSCODING;

/** Recipes of all files of a video that a profile asks for, and of the description. */
export function videoRecipes(profile: VideoProfile, settings: VideoRecipeSettings): Recipe[] {
  return [
    ...encodingRecipes(profile, settings),
    ...['poster.jpg' as const, ...profile.thumbnails.map(({ name }) => `${name}.jpg` as const)].map((name) =>
      pictureRecipe(profile, name),
    ),
    ...profile.previews.map((preview) => previewRecipe(profile, preview)),
    storyboardRecipe(profile),
    { name: 'metadata', definition: {} },
  ];
}

/** Recipes of everything that one run of the encoders makes. */
export const encodingRecipes = (profile: VideoProfile, { hls }: VideoRecipeSettings): Recipe[] => [
  ...profile.renditions.map(({ name }) => encodingRecipe({ profile, hls }, { name })),
  ...(hls ? [encodingRecipe({ profile, hls })] : []),
];

/**
 * Recipe of a rendition's files, and without it of what describes them all. They depend on all
 * renditions: each is scaled from the next larger one, and what is copied decides where the key
 * frames of the others are.
 */
export function encodingRecipe(
  { profile: { renditions }, hls }: VideoRecipeSettings & { profile: VideoProfile },
  rendition?: { name: string },
): Recipe {
  return { name: 'video', definition: { rendition: rendition?.name, renditions, hls } };
}

/** The tiles are scaled from the smallest rendition. */
export const storyboardRecipe = ({ storyboard, renditions }: VideoProfile): Recipe => ({
  name: 'storyboard',
  definition: { storyboard, renditions },
});

/** Thumbnails are made of the poster's pixels. */
export function pictureRecipe({ poster, thumbnails }: VideoProfile, picture: OutputName): Recipe {
  const thumbnail = thumbnails.find(({ name }) => picture === `${name}.jpg`);
  return { name: 'video-pictures', definition: { poster, ...(thumbnail && { thumbnail }) } };
}

export const previewRecipe = (
  { renditions }: VideoProfile,
  preview: VideoProfile['previews'][number],
): Recipe => ({ name: 'preview', definition: { preview, renditions } });
