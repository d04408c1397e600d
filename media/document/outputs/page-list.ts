/** Formats `[1, 2, 3, 7]` as `Pages 1–3, 7`. Expects ascending numbers. */
export function pageList(pages: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const page of pages) {
    const last = runs.at(-1);
    if (last && page === last[1] + 1) last[1] = page;
    else runs.push([page, page]);
  }
  const shown = runs.slice(0, MAX_RUNS).map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`));
  if (runs.length > MAX_RUNS) shown.push('…');
  return `${pages.length === 1 ? 'Page' : 'Pages'} ${shown.join(', ')}`;
}

const MAX_RUNS = 20;
