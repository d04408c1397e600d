import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import type { Output } from '../../core/publication.ts';
import { countSizes, headingSizes, pageMarkdown, type SizeHistogram } from './markdown.ts';
import type { TextLine } from './page-protocol.ts';

interface Spooled {
  page: number;
  lines: TextLine[];
}

/** Writes markdown.md. Which sizes are headings is known only at the end, so the lines wait on disk, one page a row. */
export class MarkdownFile {
  private readonly sizes: SizeHistogram = new Map();
  private readonly file: string;
  private readonly spoolFile: string;
  private readonly spool;

  constructor(directory: string) {
    this.file = join(directory, 'markdown.md');
    this.spoolFile = join(directory, 'lines.jsonl');
    this.spool = createWriteStream(this.spoolFile);
  }

  async add(page: number, lines: TextLine[]): Promise<void> {
    countSizes(this.sizes, lines);
    const row: Spooled = { page, lines };
    if (!this.spool.write(`${JSON.stringify(row)}\n`)) await once(this.spool, 'drain');
  }

  /** Pages begin with a comment that says their number, for whoever cites them. */
  async close(): Promise<Output> {
    this.spool.end();
    await finished(this.spool);
    const headings = headingSizes(this.sizes);
    const out = createWriteStream(this.file);
    for await (const row of createInterface({
      input: createReadStream(this.spoolFile),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      const { page, lines } = JSON.parse(row) as Spooled;
      const text = pageMarkdown(lines, headings);
      if (!out.write(`<!-- page ${page} -->\n\n${text ? `${text}\n\n` : ''}`)) await once(out, 'drain');
    }
    out.end();
    await finished(out);
    return { name: 'markdown.md', contentType: 'text/markdown; charset=utf-8', body: { file: this.file } };
  }
}
