import type * as z from 'zod';

const MAX_VALUE = 100;
const MAX_ISSUES = 10;

/** Formats validation errors for a message: `size: Invalid input: expected number, got "12"; …`. */
export function describeIssues({ issues }: z.ZodError, input: unknown): string {
  const parts = issues.slice(0, MAX_ISSUES).map(({ path, message }) => {
    // Zod's "received …" gives only the type; the value is more useful.
    const expected = message.replace(/, received .*$/, '');
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
  const text = JSON.stringify(value) ?? String(value);
  return text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
