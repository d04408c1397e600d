import { join } from 'node:path';
import { LIMITS } from '../../document/limits.ts';
import { countWords } from '../../document/outputs/count-words.ts';
import { FileWriter } from '../../document/outputs/file-writer.ts';
import { escaped } from '../../document/outputs/markdown.ts';

interface BlockKind {
  /** Level of a heading, from 1. */
  heading?: number | undefined;
  /** Item of a list. */
  item?: boolean | undefined;
}

export interface WrittenText {
  text: string;
  markdown: string;
  words: number;
  /** UTF-16 code units in the text. */
  characters: number;
  /** Code points beyond Latin that occur in the text: a font may lack them. */
  codePoints: ReadonlySet<number>;
  /** The text is longer than LIMITS.documentCharacters; the rest was left out. */
  cut: boolean;
}

const MAX_HEADING_LEVEL = 4;
const BEYOND_LATIN = /[^\0-\u024F]/;

/**
 * Writes the text of an Office document as text.txt and markdown.md. Sections, which are sheets and
 * slides, are separated by a form feed, cells by a tab. Methods only collect; `drain` writes to disk.
 */
export class TextWriter {
  private readonly files: { text: FileWriter; markdown: FileWriter };
  private readonly directory: string;
  private readonly codePoints = new Set<number>();
  private pending = { text: '', markdown: '' };
  private words = 0;
  private characters = 0;
  private sections = 0;
  /** Columns of the table being written in Markdown; 0 outside a table. */
  private columns = 0;
  private inList = false;
  private cut = false;

  private constructor(directory: string, files: { text: FileWriter; markdown: FileWriter }) {
    this.directory = directory;
    this.files = files;
  }

  static async open(directory: string): Promise<TextWriter> {
    const text = await FileWriter.open(join(directory, 'text.txt'));
    return new TextWriter(directory, {
      text,
      markdown: await FileWriter.open(join(directory, 'markdown.md')),
    });
  }

  /** Whether nothing more is taken. */
  get isFull(): boolean {
    return this.cut;
  }

  /** Begins a sheet or a slide. `page`: its number, where it is a page of its own. */
  section({ title, page }: { title?: string | undefined; page?: number }): void {
    this.endTable();
    if (this.sections++ > 0) this.pending.text += '\f';
    if (page) this.markdownBlock(`<!-- page ${page} -->`);
    if (title) this.block(title, { heading: 2 });
  }

  block(raw: string, { heading, item }: BlockKind = {}): void {
    const text = clean(raw);
    if (!text.trim() || !this.take(text)) return;
    this.pending.text += `${text}\n`;
    const line = text.trim().replace(/\s*\n\s*/g, heading ? ' ' : '\n');
    const marker = heading ? `${'#'.repeat(Math.min(heading, MAX_HEADING_LEVEL))} ` : item ? '- ' : '';
    this.endTable();
    this.markdownBlock(
      marker +
        line
          .split('\n')
          .map((part) => escaped(part, marker))
          .join('\\\n'),
      item,
    );
  }

  row(raw: readonly string[]): void {
    const cells = raw.map(clean);
    while (cells.length > 0 && !cells.at(-1)?.trim()) cells.pop();
    const text = cells.join('\t');
    if (cells.length === 0 || !this.take(text)) return;
    this.pending.text += `${text}\n`;
    const row = `| ${cells
      .map((cell) =>
        escaped(cell.trim(), '|')
          .replaceAll('|', '\\|')
          .replace(/\s*\n\s*/g, '<br>'),
      )
      .join(' | ')} |\n`;
    // Readers of Markdown drop cells beyond the first row's: a wider row begins another table.
    const isWider = cells.length > this.columns;
    if (isWider) this.endTable();
    if (this.inList) this.pending.markdown += '\n';
    this.inList = false;
    this.pending.markdown += row;
    if (isWider) this.pending.markdown += `|${' --- |'.repeat(cells.length)}\n`;
    this.columns = Math.max(this.columns, cells.length);
  }

  endTable(): void {
    if (this.columns > 0) this.pending.markdown += '\n';
    this.columns = 0;
  }

  async drain(): Promise<void> {
    const { text, markdown } = this.pending;
    this.pending = { text: '', markdown: '' };
    if (text) await this.files.text.write(text);
    if (markdown) await this.files.markdown.write(markdown);
  }

  async end(): Promise<WrittenText> {
    this.endTable();
    if (this.inList) this.pending.markdown += '\n';
    await this.drain();
    await this.files.text.end();
    await this.files.markdown.end();
    const { words, characters, codePoints, cut } = this;
    const [text, markdown] = [join(this.directory, 'text.txt'), join(this.directory, 'markdown.md')];
    return { text, markdown, words, characters, codePoints, cut };
  }

  async release(): Promise<void> {
    await this.files.text.release();
    await this.files.markdown.release();
  }

  /** Items of one list follow each other without an empty line. */
  private markdownBlock(block: string, isItem = false): void {
    if (this.inList && !isItem) this.pending.markdown += '\n';
    this.pending.markdown += isItem ? `${block}\n` : `${block}\n\n`;
    this.inList = isItem;
  }

  /** Counts a text. Returns false if it no longer fits. */
  private take(text: string): boolean {
    if (this.cut || this.characters + text.length > LIMITS.documentCharacters) {
      this.cut = true;
      return false;
    }
    this.characters += text.length + 1;
    this.words += countWords(text);
    if (BEYOND_LATIN.test(text))
      for (const character of text) {
        const point = character.codePointAt(0) ?? 0;
        if (point > 0x24f) this.codePoints.add(point);
      }
    return true;
  }
}

/** Removes control characters, and halves of characters. */
function clean(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\t\n]/gu, '')
    .trimEnd()
    .toWellFormed();
}
