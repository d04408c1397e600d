/** What something costs, by what for. */
export interface CostLine {
  what: string;
  /** US dollars. */
  cost: number;
}

export const total = (lines: readonly CostLine[]): number => lines.reduce((sum, { cost }) => sum + cost, 0);

/** A Markdown table with its sum. */
export function costTable(title: string, lines: readonly CostLine[]): string {
  const rows = [...lines, { what: '**total**', cost: total(lines) }];
  return [
    `| ${title} | US $ |`,
    '| --- | ---: |',
    ...rows.map(({ what, cost }) => `| ${what} | ${dollars(cost)} |`),
  ].join('\n');
}

/** Cents for what is worth cents, else three digits that count. */
export function dollars(cost: number): string {
  if (cost === 0 || cost >= 1) return cost.toFixed(2);
  return cost.toFixed(2 - Math.floor(Math.log10(cost)));
}
