import { join } from 'node:path';
import type { Output } from '../../output.ts';
import { TEXT_RECIPE } from '../document-recipes.ts';
import { LIMITS } from '../limits.ts';
import type { OutlineItem, PageText } from '../reader/page-protocol.ts';
import { countWords } from './count-words.ts';
import { FileWriter } from './file-writer.ts';

export interface TextTotals {
  words: number;
  characters: number;
  pagesWithoutText: number;
}

export interface PageEntry {
  page: number;
  /** Absent if the page could not be read. */
  text?: PageText | undefined;
  problems: string[];
}

const NAMES = { text: 'text.txt', pages: 'pages.json' } as const;

/**
 * Writes text.txt (pages separated by a form feed, like pdftotext) and pages.json page by page, so
 * that memory does not grow with the document.
 */
export class TextFiles {
  readonly totals: TextTotals = { words: 0, characters: 0, pagesWithoutText: 0 };
  private readonly directory: string;
  private readonly text: FileWriter;
  private readonly pages: FileWriter;
  private count = 0;

  private constructor(directory: string, text: FileWriter, pages: FileWriter) {
    this.directory = directory;
    this.text = text;
    this.pages = pages;
  }

  static async open(
    directory: string,
    { pageCount, outline }: { pageCount: number; outline: OutlineItem[] },
  ): Promise<TextFiles> {
    const text = await FileWriter.open(join(directory, NAMES.text));
    const pages = await FileWriter.open(join(directory, NAMES.pages));
    await pages.write(
      `{"schemaVersion":1,"pageCount":${pageCount},"outline":${JSON.stringify(outline)},"pages":[\n`,
    );
    return new TextFiles(directory, text, pages);
  }

  /**
   * Returns false once the document's character limit is exceeded; the text of such a page is
   * omitted.
   */
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
    await this.text.write(`${this.count ? '\f' : ''}${kept ? `${kept}\n` : ''}`);
    await this.pages.write(`${this.count ? ',\n' : ''}${JSON.stringify(entry)}`);
    this.count++;
    return fits;
  }

  async end(): Promise<Output[]> {
    await this.pages.write('\n]}\n');
    await this.text.end();
    await this.pages.end();
    return [
      {
        name: NAMES.text,
        contentType: 'text/plain; charset=utf-8',
        body: { file: join(this.directory, NAMES.text) },
        facts: { words: this.totals.words },
        recipe: TEXT_RECIPE,
      },
      {
        name: NAMES.pages,
        contentType: 'application/json',
        body: { file: join(this.directory, NAMES.pages) },
        facts: { pages: this.count },
        recipe: TEXT_RECIPE,
      },
    ];
  }

  async release(): Promise<void> {
    await this.text.release();
    await this.pages.release();
  }
}

/** Returns the page's lines, followed by the values of its form fields. */
function plainText({ lines, fields }: PageText): string {
  return [
    ...lines.map(({ text }) => text.trimEnd()),
    ...fields.map(({ name, value }) => `${name}: ${value}`),
  ].join('\n');
}
