import type { Command, CommandContext } from './command.ts';

/** Options that select jobs. */
export const FILTER_OPTIONS = {
  kind: { type: 'string' },
  user: { type: 'string' },
  tenant: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  status: { type: 'string' },
} as const satisfies Command['options'];

export const FILTER_USAGE =
  '[--status STATUS] [--kind KIND] [--user USER] [--tenant TENANT] [--from TIME] [--to TIME]';

/** Converts the options to the API's filter. Kinds and statuses may be lowercase. */
export function filterOf({ values }: CommandContext): Record<string, string | undefined> {
  const text = (name: string) => (values[name] === undefined ? undefined : String(values[name]));
  const { kind, status } = { kind: text('kind')?.toUpperCase(), status: text('status')?.toUpperCase() };
  return { kind, status, user: text('user'), tenant: text('tenant'), from: text('from'), to: text('to') };
}

/** Converts an option to a number. The API rejects NaN with a message. */
export const numberOf = (value: unknown): number | undefined =>
  value === undefined ? undefined : Number(value);
