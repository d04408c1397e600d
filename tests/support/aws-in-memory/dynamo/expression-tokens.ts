const TOKEN = /\s*(?:(<>|<=|>=|[=<>(),+\-.[\]])|([#:]?[A-Za-z_][A-Za-z0-9_]*)|(\d+))/y;

/** Reads the tokens of a DynamoDB expression. Throws on characters outside the grammar. */
export class Tokens {
  private readonly all: string[] = [];
  private at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    TOKEN.lastIndex = 0;
    const trimmed = text.trimEnd();
    while (TOKEN.lastIndex < trimmed.length) {
      const from = TOKEN.lastIndex;
      const match = TOKEN.exec(trimmed);
      if (!match) throw new Error(`Expected a token at "${trimmed.slice(from)}" of "${text}"`);
      this.all.push(match[1] ?? match[2] ?? match[3] ?? '');
    }
  }

  get done(): boolean {
    return this.at >= this.all.length;
  }

  peek(ahead = 0): string {
    return this.all[this.at + ahead] ?? '';
  }

  next(): string {
    if (this.done) throw new Error(`Expected more of "${this.text}"`);
    return this.all[this.at++] ?? '';
  }

  /** Takes the next token if it is this word or sign; words are case-insensitive. */
  accept(word: string): boolean {
    if (this.peek().toUpperCase() !== word) return false;
    this.at++;
    return true;
  }

  expect(word: string): void {
    if (!this.accept(word)) throw new Error(`Expected ${word}, got "${this.peek()}" in "${this.text}"`);
  }
}
