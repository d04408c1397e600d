/** What the parent asks of the child that reads pages (read-pages-child.ts). One question at a time. */
export type Question =
  | { ask: 'open'; file: string }
  | { ask: 'text'; page: number }
  | { ask: 'picture'; page: number; into: string }
  | { ask: 'draw'; lines: string[]; monospace: boolean; into: string };

/** `ready` comes once, unasked: from then on whatever goes wrong is the document's doing. `code`: the system's, as ENOSPC. */
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
  /** Versions, by tool. */
  tools: Record<string, string>;
  problems: string[];
}

/** Absent fields are absent in the document. Dates: ISO 8601, UTC. */
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
  /** Protected by an owner password only: anyone may read it. */
  encrypted: boolean;
  tagged: boolean;
  form: boolean;
}

export interface OutlineItem {
  title: string;
  /** 1 for the first; absent where the entry points nowhere, or outside. */
  page?: number;
  items?: OutlineItem[];
}

export interface PageText {
  /** Points (1/72 inch), as a reader sees the page: rotated and in its own unit. */
  width: number;
  height: number;
  lines: TextLine[];
  /** Values of filled-in form fields; they are not among the lines. */
  fields: { name: string; value: string }[];
  problems: string[];
}

export interface TextLine {
  text: string;
  /** Points. */
  size: number;
  x: number;
  /** Of the baseline, from the page's bottom. */
  y: number;
}

/** Pixels lie in the file that the question named: RGBA, 8 bits, no padding. */
export interface PagePicture {
  width: number;
  height: number;
  problems: string[];
}
