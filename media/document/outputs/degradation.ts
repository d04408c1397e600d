import { pageList } from './page-list.ts';

/**
 * Limits on the reasons, which go into the manifest, the job row and every event about the job.
 * Step Functions passes at most 256 KiB; pages.json has each page's full list.
 */
const MAX_REASONS = 40;
const MAX_CHARACTERS = 300;

/**
 * Collects the problems of the pages' outputs, and reports each once for all pages that share it.
 */
export class Degradation {
  private readonly pagesOf = new Map<string, number[]>();
  private readonly general = new Set<string>();

  page(number: number, problems: readonly string[]): void {
    for (const problem of problems) {
      const pages = this.pagesOf.get(problem);
      if (!pages) this.pagesOf.set(problem, [number]);
      else if (pages.at(-1) !== number) pages.push(number);
    }
  }

  document(problem: string): void {
    this.general.add(problem);
  }

  /** `areListed`: there will be a pages.json. */
  reasons({ areListed = true } = {}): string[] {
    const all = [
      ...this.general,
      ...[...this.pagesOf].map(([problem, pages]) => `${pageList(pages)}: ${problem}`),
    ];
    return boundedReasons(
      all.map((reason) => `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`),
      (more) => `${more} more problems${areListed ? '; pages.json lists them' : ''}.`,
    );
  }
}

/** Shortens reasons, and replaces those beyond the limits by what `rest` says of their number. */
export function boundedReasons(all: readonly string[], rest: (more: number) => string): string[] {
  const short = all
    .slice(0, MAX_REASONS)
    .map((reason) => (reason.length > MAX_CHARACTERS ? `${reason.slice(0, MAX_CHARACTERS)}….` : reason));
  return all.length > MAX_REASONS ? [...short, rest(all.length - MAX_REASONS)] : short;
}
