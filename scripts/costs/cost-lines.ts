/** One line of a cost table. */
export interface CostLine {
  what: string;
  /** US dollars. */
  cost: number;
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { cost }) => sum + cost, 0);

/** Builds a Markdown table with a total. */
export function costTable(title: string, lines: readonly CostLine[]): string {
  const rows = [...lines, { what: '**total**', cost: total(lines) }];
  return [
    `| ${title} | US $ |`,
    '| --- | ---: |',
    ...rows.map(({ what, cost }) => `| ${what} | ${dollars(cost)} |`),
  ].join('\n');
}

/** Formats with cents from one dollar, otherwise with three significant digits. */
export function dollars(cost: number): string {
  if (cost === 0 || cost >= 1) return cost.toFixed(2);
  return cost.toFixed(2 - Math.floor(Math.log10(cost)));
}
