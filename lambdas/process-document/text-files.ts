import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Output } from '../../core/publication.ts';
import { countWords } from './count-words.ts';
import { LIMITS } from './limits.ts';
import type { OutlineItem, PageText } from './page-protocol.ts';

export interface TextTotals {
  words: number;
  characters: number;
  pagesWithoutText: number;
}

export interface PageEntry {
  page: number;
  /** Absent where the page could not be read. */
  text?: PageText | undefined;
  problems: string[];
}

/**
 * Writes text.txt (pages apart by a form feed, as pdftotext does it) and pages.json page by page, so that memory does not grow
 * with the document.
 */
export class TextFiles {
  readonly totals: TextTotals = { words: 0, characters: 0, pagesWithoutText: 0 };
  private readonly files: { text: string; pages: string };
  private readonly text: WriteStream;
  private readonly pages: WriteStream;
  private count = 0;

  constructor(directory: string, head: { pageCount: number; outline: OutlineItem[] }) {
    this.files = { text: join(directory, 'text.txt'), pages: join(directory, 'pages.json') };
    this.text = createWriteStream(this.files.text);
    this.pages = createWriteStream(this.files.pages);
    const { pageCount, outline } = head;
    this.pages.write(
      `{"schemaVersion":1,"pageCount":${pageCount},"outline":${JSON.stringify(outline)},"pages":[\n`,
    );
  }

  /** False once the document's allowance of text is used up; the text of such a page is left out. */
  async add({ page, text, problems }: PageEntry): Promise<boolean> {
    const plain = text ? plainText(text) : '';
    const fits = this.totals.characters + plain.length <= LIMITS.documentCharacters;
    const kept = fits ? plain : '';
    const words = countWords(kept);
    this.totals.words += words;
    this.totals.characters += kept.length;
    if (words === 0) this.totals.pagesWithoutText++;
    const entry = {
      page,
      ...(text ? { width: text.width, height: text.height } : {}),
      words,
      text: kept,
      ...(text && text.fields.length > 0 ? { fields: text.fields } : {}),
      ...(problems.length > 0 ? { problems } : {}),
    };
    await write(this.text, kept ? `${this.count ? '\f' : ''}${kept}\n` : this.count ? '\f' : '');
    await write(this.pages, `${this.count ? ',\n' : ''}${JSON.stringify(entry)}`);
    this.count++;
    return fits;
  }

  async close(): Promise<Output[]> {
    this.pages.write('\n]}\n');
    this.text.end();
    this.pages.end();
    await Promise.all([finished(this.text), finished(this.pages)]);
    return [
      {
        name: 'text.txt',
        contentType: 'text/plain; charset=utf-8',
        body: { file: this.files.text },
        facts: { words: this.totals.words },
      },
      {
        name: 'pages.json',
        contentType: 'application/json',
        body: { file: this.files.pages },
        facts: { pages: this.count },
      },
    ];
  }
}

/** Lines of the page, then what its form's fields hold. */
function plainText({ lines, fields }: PageText): string {
  return [
    ...lines.map(({ text }) => text.trimEnd()),
    ...fields.map(({ name, value }) => `${name}: ${value}`),
  ].join('\n');
}

async function write(stream: WriteStream, text: string): Promise<void> {
  if (text && !stream.write(text)) await once(stream, 'drain');
}
