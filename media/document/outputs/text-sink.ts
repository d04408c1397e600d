import { countWords } from './count-words.ts';
import { FileWriter } from './file-writer.ts';

/** Text that is counted at once. It ends at a line, or between words where a line is longer than that. */
const CHUNK = 64 * 1024;

/** Cleans text piece by piece, writes it to a file and counts what goes by: memory does not grow with the text. */
export class TextSink {
  readonly totals = { words: 0, characters: 0, lines: 0, undecodable: 0 };
  /** The beginning, for the picture. */
  beginning = '';
  private readonly file: FileWriter;
  private readonly beginningCharacters: number;
  private pending = '';
  private lastCharacter = '\n';

  private constructor(file: FileWriter, beginningCharacters: number) {
    this.file = file;
    this.beginningCharacters = beginningCharacters;
  }

  static async open(path: string, beginningCharacters: number): Promise<TextSink> {
    return new TextSink(await FileWriter.open(path), beginningCharacters);
  }

  async add(raw: string): Promise<void> {
    this.pending += raw;
    if (this.pending.length < CHUNK) return;
    // A carriage return may still get its line feed, and a word its end.
    const cut = Math.max(
      this.pending.lastIndexOf('\n'),
      this.pending.length >= 2 * CHUNK ? this.pending.lastIndexOf(' ') : -1,
    );
    const end = cut > 0 ? cut + 1 : this.pending.length >= 4 * CHUNK ? this.pending.length - 2 : 0;
    if (end === 0) return;
    await this.flush(this.pending.slice(0, end));
    this.pending = this.pending.slice(end);
  }

  async end(): Promise<void> {
    if (this.pending) await this.flush(this.pending);
    this.pending = '';
    if (this.lastCharacter !== '\n') {
      this.totals.lines++;
      await this.file.write('\n');
    }
    await this.file.end();
  }

  release = () => this.file.release();

  private async flush(raw: string): Promise<void> {
    const text = raw
      .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
      .replace(/[^\P{Cc}\t\n]/gu, '')
      .toWellFormed();
    if (!text) return;
    if (this.beginning.length < this.beginningCharacters)
      this.beginning += text.slice(0, this.beginningCharacters - this.beginning.length);
    this.totals.words += countWords(text);
    this.totals.characters += text.length;
    this.totals.lines += text.split('\n').length - 1;
    this.totals.undecodable += text.split('\uFFFD').length - 1;
    this.lastCharacter = text.at(-1) ?? '\n';
    await this.file.write(text);
  }
}
