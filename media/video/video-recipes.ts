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
    { name: 'metadata', definition: definedClip(profile) },
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
  return { name: 'video', definition: { ...definition, ...definedClip(profile), ...overlay(asked) } };
}

/** The tiles are scaled from the smallest rendition, before it gets a watermark. With one, nothing is copied. */
export function storyboardRecipe({ profile }: AskedVideo): Recipe {
  const { storyboard, renditions, watermark } = profile;
  const definition = { storyboard, renditions, ...(watermark && { copiesVideo: false }) };
  return { name: 'storyboard', definition: { ...definition, ...definedClip(profile) } };
}

/** Thumbnails are made of the poster's pixels. */
export function pictureRecipe(profile: VideoProfile, picture: OutputName): Recipe {
  const { poster, thumbnails } = profile;
  const thumbnail = thumbnails.find(({ name }) => picture === `${name}.jpg`);
  const definition = { poster, ...(thumbnail && { thumbnail }), ...definedClip(profile) };
  return { name: 'video-pictures', definition };
}

export function previewRecipe(asked: AskedVideo, preview: VideoProfile['previews'][number]): Recipe {
  const { profile } = asked;
  const definition = { preview, renditions: profile.renditions, ...definedClip(profile) };
  return { name: 'preview', definition: { ...definition, ...overlay(asked) } };
}

/** Part of the definitions of all outputs of a clip. */
export const definedClip = ({ clip }: VideoProfile) => (clip ? { clip } : {});

/** What of a watermark decides the bytes of what shows it; nothing without one. */
function overlay({ profile, watermark: image }: AskedVideo): object {
  const { watermark } = profile;
  return watermark && image ? { watermark: watermarkDefinition(watermark, image.sha256) } : {};
}
