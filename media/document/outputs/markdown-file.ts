import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Output } from '../../output.ts';
import { TEXT_RECIPE } from '../document-recipes.ts';
import type { TextLine } from '../reader/page-protocol.ts';
import { FileWriter } from './file-writer.ts';
import { countSizes, headingSizes, pageMarkdown, type SizeHistogram } from './markdown.ts';

interface Spooled {
  page: number;
  lines: TextLine[];
}

const NAME = 'markdown.md';

/**
 * Writes markdown.md. Heading sizes are known only at the end, so the lines are spooled to disk,
 * one page per row.
 */
export class MarkdownFile {
  private readonly sizes: SizeHistogram = new Map();
  private readonly directory: string;
  private readonly spool: FileWriter;

  private constructor(directory: string, spool: FileWriter) {
    this.directory = directory;
    this.spool = spool;
  }

  static async open(directory: string): Promise<MarkdownFile> {
    return new MarkdownFile(directory, await FileWriter.open(spoolFile(directory)));
  }

  async add(page: number, lines: TextLine[]): Promise<void> {
    countSizes(this.sizes, lines);
    const row: Spooled = { page, lines };
    await this.spool.write(`${JSON.stringify(row)}\n`);
  }

  /** Writes the file. Each page starts with a comment containing its number, for citations. */
  async end(): Promise<Output> {
    await this.spool.end();
    const headings = headingSizes(this.sizes);
    const file = join(this.directory, NAME);
    const writer = await FileWriter.open(file);
    try {
      for await (const row of createInterface({ input: createReadStream(spoolFile(this.directory)) })) {
        const { page, lines } = JSON.parse(row) as Spooled;
        const text = pageMarkdown(lines, headings);
        await writer.write(`<!-- page ${page} -->\n\n${text ? `${text}\n\n` : ''}`);
      }
      await writer.end();
    } finally {
      await writer.release();
    }
    return { name: NAME, contentType: 'text/markdown; charset=utf-8', body: { file }, recipe: TEXT_RECIPE };
  }

  release = () => this.spool.release();
}

const spoolFile = (directory: string) => join(directory, 'lines.jsonl');
