import type * as z from 'zod';

const MAX_VALUE = 100;
const MAX_ISSUES = 10;
/** A message of zod lists all fields that are unknown. */
const MAX_MESSAGE = 300;

/** Formats validation errors for a message: `size: Invalid input: expected number, got "12"; …`. */
export function describeIssues({ issues }: z.ZodError, input: unknown): string {
  const parts = issues.slice(0, MAX_ISSUES).map(({ path, message }) => {
    // Zod's "received …" gives only the type; the value is more useful.
    const expected = cut(message.replace(/, received .*$/, ''), MAX_MESSAGE);
    return `${path.join('.') || 'the whole'}: ${expected}, got ${shown(valueAt(input, path))}`;
  });
  const more = issues.length - MAX_ISSUES;
  return [...parts, ...(more > 0 ? [`${more} more`] : [])].join('; ');
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key],
    input,
  );
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number') return String(value);
  return cut(JSON.stringify(beginning(value, { left: MAX_VALUE })) ?? String(value), MAX_VALUE);
}

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}…` : text);

/** Copies as much of a value as is shown: it may be of a million fields, or nested as deep. */
function beginning(value: unknown, budget: { left: number }): unknown {
  budget.left--;
  if (typeof value === 'string') return value.slice(0, MAX_VALUE + 1);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (Array.isArray(value))
    return value.slice(0, Math.max(0, budget.left)).map((one) => beginning(one, budget));
  const copy: [string, unknown][] = [];
  for (const name in value) {
    if (budget.left <= 0) break;
    copy.push([name, beginning((value as Record<string, unknown>)[name], budget)]);
  }
  return Object.fromEntries(copy);
}
