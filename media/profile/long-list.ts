/** More than any list or object of a profile may have. */
const MOST = 100;
/** Lists of a profile are members of its sections, and have objects. */
const MOST_LEVELS = 4;

/**
 * Finds a list or object that is much too long, and says where it is. The schema would look at every
 * member of it first, and compare all their names.
 */
export function longList(value: unknown, path: readonly string[] = []): string | undefined {
  if (typeof value !== 'object' || value === null || path.length > MOST_LEVELS) return undefined;
  const count = Array.isArray(value) ? value.length : Object.keys(value).length;
  if (count > MOST) return `${path.join('.') || 'the whole'}: expected at most ${MOST} members, got ${count}`;
  for (const [name, member] of Object.entries(value)) {
    const found = longList(member, [...path, name]);
    if (found) return found;
  }
  return undefined;
}
