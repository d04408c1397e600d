import type { OutputName } from '../kinds/outputs.ts';
import type { Recipe } from '../output.ts';
import type { VideoProfile } from '../profile/video-profile.ts';
import { watermarkDefinition } from '../watermark/watermark-definition.ts';

/** What is asked for of a video, whatever it is like. */
export interface AskedVideo {
  profile: VideoProfile;
  hls: boolean;
  /** The one that the profile names. */
  watermark?: { sha256: string } | undefined;
}

/** Whether there is an HLS stream. */
export const isStreamed = (
  { hls }: Pick<VideoProfile, 'hls'>,
  settings: { ENABLE_HLS_TRANSCODING: boolean },
): boolean => hls && settings.ENABLE_HLS_TRANSCODING;

/** Recipes of all files of a video that are asked for, and of the description. */
export function videoRecipes(asked: AskedVideo): Recipe[] {
  const { profile } = asked;
  const pictures = ['poster.jpg' as const, ...profile.thumbnails.map(({ name }) => `${name}.jpg` as const)];
  return [
    ...encodingRecipes(asked),
    ...pictures.map((name) => pictureRecipe(profile, name)),
    ...profile.previews.map((preview) => previewRecipe(asked, preview)),
    storyboardRecipe(asked),
    { name: 'metadata', definition: {} },
  ];
}

/** Recipes of everything that one run of the encoders makes. */
export const encodingRecipes = (asked: AskedVideo): Recipe[] => [
  ...asked.profile.renditions.map((rendition) => encodingRecipe(asked, rendition)),
  ...(asked.hls ? [encodingRecipe(asked)] : []),
];

/**
 * Recipe of a rendition's files, and without it of what describes them all. They depend on all
 * renditions: each is scaled from the next larger one, and what is copied decides where the key
 * frames of the others are.
 */
export function encodingRecipe(asked: AskedVideo, rendition?: { name: string }): Recipe {
  const { profile, hls } = asked;
  const definition = { rendition: rendition?.name, renditions: profile.renditions, hls };
  return { name: 'video', definition: { ...definition, ...overlay(asked) } };
}

/** The tiles are scaled from the smallest rendition, before it gets a watermark. With one, nothing is copied. */
export function storyboardRecipe({ profile: { storyboard, renditions, watermark } }: AskedVideo): Recipe {
  const definition = { storyboard, renditions, ...(watermark && { copiesVideo: false }) };
  return { name: 'storyboard', definition };
}

/** Thumbnails are made of the poster's pixels. */
export function pictureRecipe({ poster, thumbnails }: VideoProfile, picture: OutputName): Recipe {
  const thumbnail = thumbnails.find(({ name }) => picture === `${name}.jpg`);
  return { name: 'video-pictures', definition: { poster, ...(thumbnail && { thumbnail }) } };
}

export function previewRecipe(asked: AskedVideo, preview: VideoProfile['previews'][number]): Recipe {
  const { renditions } = asked.profile;
  return { name: 'preview', definition: { preview, renditions, ...overlay(asked) } };
}

/** What of a watermark decides the bytes of what shows it; nothing without one. */
function overlay({ profile, watermark: image }: AskedVideo): object {
  const { watermark } = profile;
  return watermark && image ? { watermark: watermarkDefinition(watermark, image.sha256) } : {};
}
