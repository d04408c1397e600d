import type { OutputName } from '../kinds/outputs.ts';
import type { Recipe } from '../output.ts';
import { type DocumentProfile, PAGE_EXTENSIONS } from '../profile/document-profile.ts';

export interface DocumentSettings {
  /** Number of pages that get an image of their own, if the profile has so many. */
  maxPageImages: number;
}

export const OFFICE_PDF: Recipe = { name: 'office-pdf', definition: {} };
export const TEXT_RECIPE: Recipe = { name: 'document-text', definition: {} };

/** Recipes of all files of a document that a profile asks for, and of the description. */
export function documentRecipes(profile: DocumentProfile, settings: DocumentSettings): Recipe[] {
  const most = pageImages(profile, settings);
  const pages = pageRecipe(profile.pages);
  return [
    ...profile.thumbnails.map(thumbnailRecipe),
    ...[pages, TEXT_RECIPE, OFFICE_PDF],
    // How many pages there are, and which texts, changes none of them.
    { name: pages.name, definition: { ...pages.definition, most } },
    { name: TEXT_RECIPE.name, definition: { text: profile.text, markdown: profile.markdown } },
    { name: 'metadata', definition: {} },
  ];
}

/** Maximum number of pages that get an image of their own. */
export const pageImages = ({ pages }: DocumentProfile, { maxPageImages }: DocumentSettings) =>
  Math.min(maxPageImages, pages.most);

export const thumbnailRecipe = ({ side }: DocumentProfile['thumbnails'][number]): Recipe => ({
  name: 'document-pictures',
  definition: { side },
});

export const pageRecipe = ({ side, quality, format }: DocumentProfile['pages']): Recipe => ({
  name: 'document-pictures',
  definition: { side, quality, ...(format !== 'webp' && { format }) },
});

export const pageName = (page: number, { format }: DocumentProfile['pages']): OutputName =>
  `page_${String(page).padStart(4, '0')}.${PAGE_EXTENSIONS[format]}`;
