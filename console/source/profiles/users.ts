import { IDENTIFIER_PATTERN } from '../../../contract/identifier.ts';

const IDENTIFIER = new RegExp(`^${IDENTIFIER_PATTERN}$`);

export const namesIn = (text: string): string[] => text.split(/[\s,]+/).filter((name) => name !== '');

/** Returns what is wrong with the tenants of a profile; undefined: nothing. */
export function usersProblem(tenants: string, defaultFor: string): string | undefined {
  const allowed = namesIn(tenants);
  const users = namesIn(defaultFor);
  const odd = [...allowed, ...users].find((name) => name !== '*' && !IDENTIFIER.test(name));
  if (odd !== undefined) return `Tenants have 1 to 64 letters, digits, _ or -, unlike ${odd}.`;
  if (allowed.includes('*') && allowed.length > 1) return 'Give * alone, for all tenants, or their names.';
  if (users.includes('*')) return 'Give the tenants that get it by default by their names.';
  const stranger = allowed.includes('*') ? undefined : users.find((name) => !allowed.includes(name));
  return stranger && `${stranger} gets it by default, and is not among its tenants.`;
}

export const tenantsIn = (text: string): '*' | string[] => (text.trim() === '*' ? '*' : namesIn(text));
