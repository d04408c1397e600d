const MiB = 1024 * 1024;

/**
 * Limits on the resources of one document. A page over its limit is degraded; the rest of the
 * document continues.
 */
export const LIMITS = {
  /** Number of children that may die on a document before the rest of its pages are skipped. */
  deaths: 10,
  /** Limits on V8's heap, and on the child's total memory: decoded images are outside that heap. */
  heapMiB: 1024,
  residentBytes: 1536 * MiB,
  /**
   * Maximum pixels of an image inside a PDF, and so of any canvas. A3 at 600 dpi has 70 million;
   * decoded they take 4 bytes each.
   */
  imagePixels: 80_000_000,
  /** Maximum characters (UTF-16 code units) of a page, and of all pages. */
  pageCharacters: 1_000_000,
  documentCharacters: 64_000_000,
  outlineItems: 5_000,
  formFields: 1_000,
} as const;

/**
 * Time-out of the function that processes documents, in seconds. Terraform sets it from here
 * (scripts/build/product-tables.ts).
 */
export const FUNCTION_SECONDS = 290;
/** Time for what is not reading: the download before, and the outputs that are published after. */
const OTHER_SECONDS = 50;

/** Time limits for one document, in milliseconds. */
export interface TimeLimits {
  /** Includes reading the whole file if its index is broken. */
  open: number;
  pageText: number;
  /** Parsing an HTML file. */
  html: number;
  pagePicture: number;
  /** All pictures together; the rest is for the text of all pages. */
  allPictures: number;
  /** Everything, from opening the document. */
  allPages: number;
}

export const TIME_LIMITS: TimeLimits = {
  open: 60_000,
  pageText: 20_000,
  html: 60_000,
  pagePicture: 30_000,
  allPictures: 140_000,
  allPages: (FUNCTION_SECONDS - OTHER_SECONDS) * 1000,
};

/** Longer side of a page image in pixels: body text of an A4 page is easily legible (137 dpi). */
export const PICTURE_SIDE = 1600;
