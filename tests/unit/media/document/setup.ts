import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PdfWork, processPdf } from '../../../../media/document/process-pdf.ts';
import { processText } from '../../../../media/document/process-text.ts';
import { type PageReader, startPageReader } from '../../../../media/document/reader/page-reader.ts';
import type { Closing, Output } from '../../../../media/output.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import type { PdfObject } from '../../../../samples/write-pdf.ts';

export interface Processed {
  closing: Closing & { degraded: string[] };
  metadata: Record<string, unknown>;
  outputs: Map<string, Output & { content: Buffer }>;
  text: string;
  pages: PageRow[];
}

interface PageRow {
  page: number;
  width: number;
  height: number;
  words: number;
  text: string;
  fields?: { name: string; value: string }[];
  problems?: string[];
}

type Options = Partial<Pick<PdfWork, 'maxPages' | 'maxPageImages' | 'times'>>;

/** What the product makes of a PDF. */
export function processed(pdf: Buffer, options: Options = {}): Promise<Processed> {
  return collected(pdf, (work) =>
    processPdf({ profile: DEFAULT_PROFILE.document, maxPages: 2000, maxPageImages: 20, ...options, ...work }),
  );
}

/** What the product makes of a text file. */
export function processedText(content: Buffer, contentType: string): Promise<Processed> {
  return collected(content, (work) =>
    processText({ profile: DEFAULT_PROFILE.document, maxPageImages: 20, contentType, ...work }),
  );
}

interface Work {
  file: string;
  directory: string;
  reader: PageReader;
  put: (output: Output) => Promise<void>;
}

async function collected(content: Buffer, process: (work: Work) => Promise<Closing>): Promise<Processed> {
  const directory = await mkdtemp(join(tmpdir(), 'documents-test-'));
  const reader = startPageReader(directory);
  const outputs: Processed['outputs'] = new Map();
  try {
    const file = join(directory, 'source');
    await writeFile(file, content);
    const put = async (output: Output) => {
      const body = Buffer.isBuffer(output.body) ? output.body : await readFile(output.body.file);
      outputs.set(output.name, { ...output, content: body });
    };
    const closing = await process({ file, directory, reader, put });
    const contentOf = (name: string) => outputs.get(name)?.content.toString() ?? '';
    return {
      closing: { degraded: [], ...closing },
      metadata: closing.metadata as Record<string, unknown>,
      outputs,
      text: contentOf('text.txt'),
      pages: outputs.has('pages.json') ? JSON.parse(contentOf('pages.json')).pages : [],
    };
  } finally {
    reader.kill();
    await rm(directory, { recursive: true, force: true });
  }
}

export const textAt = (text: string, y = 700) => `BT /F1 24 Tf 72 ${y} Td (${text}) Tj ET`;

/** An image object whose data may be anything. */
export function image(
  stream: Buffer,
  { width, height, more = '/Filter /DCTDecode' }: { width: number; height: number; more?: string },
): PdfObject {
  return {
    dict: `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 ${more}`,
    stream,
  };
}

/** A page that shows `@picture` in its upper half. */
export const PICTURE_PAGE = {
  content: 'q 400 0 0 300 100 450 cm /Im1 Do Q',
  resources: '/XObject << /Im1 @picture >>',
};
