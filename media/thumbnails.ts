/**
 * Longest side of each thumbnail in pixels, for all kinds; a smaller source is never enlarged.
 * Largest first.
 */
export const THUMBNAILS = { large: 1200, medium: 400, small: 150 } as const;

export type ThumbnailSize = keyof typeof THUMBNAILS;
export const THUMBNAIL_SIZES = Object.keys(THUMBNAILS) as ThumbnailSize[];
