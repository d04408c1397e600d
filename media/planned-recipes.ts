import { audioRecipes } from './audio/audio-recipes.ts';
import { documentRecipes } from './document/document-recipes.ts';
import type { Point } from './image/cover-point.ts';
import { imageRecipes } from './image/image-recipes.ts';
import type { MediaKind } from './kinds/kinds.ts';
import type { Recipe } from './output.ts';
import type { Profile } from './profile/profile.ts';
import { isStreamed, videoRecipes } from './video/video-recipes.ts';

/** Settings that decide what is made, by whatever profile. */
export const RECIPE_SETTINGS = [
  'ENABLE_AVIF',
  'ENABLE_HLS_TRANSCODING',
  'ENABLE_LOUDNESS_NORMALIZATION',
  'MAX_PAGE_IMAGES',
] as const;

export interface RecipeSettings {
  ENABLE_AVIF: boolean;
  ENABLE_HLS_TRANSCODING: boolean;
  ENABLE_LOUDNESS_NORMALIZATION: boolean;
  MAX_PAGE_IMAGES: number;
}

/**
 * Returns the recipes of all that is asked for of an upload, without looking at it: those that its
 * engine puts into the manifest, so that the two together say what is stale.
 */
export const plannedRecipes = (
  kind: MediaKind,
  profile: Profile,
  settings: RecipeSettings,
  upload: AskedByUpload = {},
): Recipe[] => PLANNED[kind](profile, settings, upload);

/** What is asked for by an upload or its tenant. */
export interface AskedByUpload {
  focalPoint?: Point | undefined;
  /** SHA-256 of the images of watermarks, by the names that the profile has for them. */
  watermarks?: Readonly<Record<string, string>> | undefined;
}

type Planned = (profile: Profile, settings: RecipeSettings, upload: AskedByUpload) => Recipe[];

const PLANNED: Readonly<Record<MediaKind, Planned>> = {
  IMAGE: ({ image: { outputs } }, settings, { watermarks: hashes = {}, focalPoint }) => {
    const watermarks = new Map(Object.entries(hashes).map(([name, sha256]) => [name, { sha256 }]));
    return imageRecipes({ outputs, avif: settings.ENABLE_AVIF, watermarks, focalPoint });
  },
  VIDEO: ({ video: profile }, settings, { watermarks = {} }) => {
    const sha256 = profile.watermark && watermarks[profile.watermark.image];
    const watermark = sha256 === undefined ? undefined : { sha256 };
    return videoRecipes({ profile, hls: isStreamed(profile, settings), watermark });
  },
  AUDIO: ({ audio }, settings) =>
    audioRecipes(audio, { isNormalized: settings.ENABLE_LOUDNESS_NORMALIZATION }),
  DOCUMENT: ({ document }, settings) =>
    documentRecipes(document, { maxPageImages: settings.MAX_PAGE_IMAGES }),
};
