import { countWords } from './count-words.ts';
import { FileWriter } from './file-writer.ts';

/**
 * Amount of text processed at once. Chunks end at a line break, or between words if a line is
 * longer.
 */
const CHUNK = 64 * 1024;

/** Cleans text in chunks, writes it to a file and counts it; memory does not grow with the text. */
export class TextSink {
  readonly totals = { words: 0, characters: 0, lines: 0, undecodable: 0, nuls: 0 };
  /** Beginning of the text, for the thumbnails. */
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
    // A carriage return may still be followed by its line feed, and a word by its end.
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
    const nuls = raw.split('\0').length - 1;
    this.totals.nuls += nuls;
    const text = (nuls > 0 ? this.withoutNuls(raw) : raw)
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

  /** NULs part what was written before and after them. */
  private withoutNuls(raw: string): string {
    const isLineStart = this.lastCharacter === '\n';
    return raw.replace(/\n?\0+\r?\n?/g, (_nuls: string, at: number) => (at === 0 && isLineStart ? '' : '\n'));
  }
}
