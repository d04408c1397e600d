/** Results of the checks. */
export class Report {
  private readonly lines: { what: string; wrong: string | undefined }[] = [];

  /** Runs one check; an error that it throws is the failure. */
  async check(what: string, look: () => Promise<void> | void): Promise<void> {
    try {
      await look();
      this.lines.push({ what, wrong: undefined });
    } catch (error) {
      this.lines.push({ what, wrong: error instanceof Error ? error.message : String(error) });
    }
  }

  get failed(): boolean {
    return this.lines.length === 0 || this.lines.some(({ wrong }) => wrong !== undefined);
  }

  print(seconds: number): void {
    for (const { what, wrong } of this.lines)
      console.log(wrong === undefined ? `ok      ${what}` : `FAILED  ${what}: ${wrong}`);
    const failures = this.lines.filter(({ wrong }) => wrong !== undefined).length;
    console.log(`${this.lines.length - failures} of ${this.lines.length} checks passed in ${seconds} s`);
  }
}

export function expectThat(truth: unknown, otherwise: string): asserts truth {
  if (!truth) throw new Error(otherwise);
}
