/**
 * Questions from the parent to the child that reads pages (read-pages-child.ts). One at a time.
 * `annotations`: text that was typed onto the page is wanted, too, also if there is no form.
 */
export type Question =
  | { ask: 'open'; file: string }
  | { ask: 'text'; page: number; annotations: boolean }
  | { ask: 'picture'; page: number; into: string }
  | { ask: 'draw'; lines: string[]; monospace: boolean; into: string };

/**
 * `ready` is sent once, unprompted: any failure after it is caused by the document. `code` is the
 * system's, such as ENOSPC.
 */
export type Answer =
  | { ready: true }
  | { value: unknown }
  | { error: { name: string; message: string; code?: string } };

export interface DocumentFacts {
  pages: number;
  /** The cross-reference table was broken and has been rebuilt from the objects found. */
  repaired: boolean;
  metadata: PdfMetadata;
  outline: OutlineItem[];
  /** Versions, keyed by tool. */
  tools: Record<string, string>;
  problems: string[];
}

/** Document metadata. Absent fields are absent in the document. Dates: ISO 8601, UTC. */
export interface PdfMetadata {
  title?: string;
  author?: string;
  subject?: string;
  keywords?: string;
  creator?: string;
  producer?: string;
  createdAt?: string;
  modifiedAt?: string;
  language?: string;
  pdfVersion?: string;
  /** Protected only by an owner password: anyone may read it. */
  encrypted: boolean;
  tagged: boolean;
  form: boolean;
}

export interface OutlineItem {
  title: string;
  /** 1 for the first page; absent if the entry links nowhere, or outside the document. */
  page?: number;
  items?: OutlineItem[];
}

export interface PageText {
  /**
   * Size in points (1/72 inch), as displayed: after rotation, and scaled by the page's user unit.
   */
  width: number;
  height: number;
  lines: TextLine[];
  /** Values of filled-in form fields; not included in `lines`. */
  fields: { name: string; value: string }[];
  problems: string[];
}

export interface TextLine {
  text: string;
  /** Font size in points. */
  size: number;
  x: number;
  /** Baseline, measured from the bottom of the page. */
  y: number;
}

/**
 * Size of a page's image. Its pixels are in the file given in the question: RGBA, 8 bits, no
 * padding.
 */
export interface PagePicture {
  width: number;
  height: number;
  /** All pixels have one color. */
  isBlank: boolean;
  problems: string[];
}
