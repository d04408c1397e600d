const MiB = 1024 * 1024;

/** What one document may cost. A page over its limit is degraded; the document goes on. */
export const LIMITS = {
  /** Children that may die under a document before the rest of its pages are given up. */
  deaths: 10,
  /** V8's own heap, and everything the child holds: decoded images live outside that heap. */
  heapMiB: 1024,
  residentBytes: 1536 * MiB,
  /** Pixels of an image inside a PDF, and so of any canvas. A3 at 600 dpi has 70 million; decoded they take 4 bytes each. */
  imagePixels: 80_000_000,
  /** Characters (UTF-16 units) that a page, and all pages, may give. */
  pageCharacters: 1_000_000,
  documentCharacters: 64_000_000,
  outlineItems: 5_000,
  formFields: 1_000,
} as const;

/** What one document may take, in milliseconds. */
export interface TimeLimits {
  /** Reads the whole file where its index is broken. */
  open: number;
  pageText: number;
  pagePicture: number;
  allPages: number;
}

/** Lambda ends at 900 s, and what was read must still be written. */
export const TIME_LIMITS: TimeLimits = {
  open: 60_000,
  pageText: 20_000,
  pagePicture: 30_000,
  allPages: 720_000,
};

/** Longer side of a page's picture in pixels: body text of an A4 page is easy to read (137 dpi). */
export const PICTURE_SIDE = 1600;
