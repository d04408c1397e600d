/** Thrown by a check that cannot be made here, with the reason. */
export class SkippedCheck extends Error {}

interface Line {
  what: string;
  outcome: 'ok' | 'skipped' | 'FAILED';
  why?: string;
}

/** Results of the checks. */
export class Report {
  readonly lines: Line[] = [];

  /** Runs one check; an error that it throws is the failure. */
  async check(what: string, look: () => Promise<void> | void): Promise<void> {
    try {
      await look();
      this.lines.push({ what, outcome: 'ok' });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.lines.push({ what, outcome: error instanceof SkippedCheck ? 'skipped' : 'FAILED', why });
    }
  }

  get failed(): boolean {
    return this.count('ok') === 0 || this.count('FAILED') > 0;
  }

  print(seconds: number): void {
    for (const { what, outcome, why } of this.lines)
      console.log(`${outcome.padEnd(7)} ${what}${why === undefined ? '' : `: ${why}`}`);
    const skipped = this.count('skipped');
    console.log(
      `${this.count('ok')} of ${this.lines.length} checks passed${skipped ? `, ${skipped} skipped,` : ''} in ${seconds} s`,
    );
  }

  private count(outcome: Line['outcome']): number {
    return this.lines.filter((line) => line.outcome === outcome).length;
  }
}

export function expectThat(truth: unknown, otherwise: string): asserts truth {
  if (!truth) throw new Error(otherwise);
}
