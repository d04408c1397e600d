import { OUTPUTS, PLACES } from './outputs.ts';

const NAMED = new RegExp(`^${PLACES.named.source}$`);
/**
 * Words of the names in OUTPUTS. No output may be named so: after an underscore, it could be
 * mistaken for the end of another's name.
 */
const TAKEN: ReadonlySet<string> = new Set(OUTPUTS.flatMap(({ name }) => name.split(/[_./{}]+/)));

/** Returns true for a name that a profile may give to an output of its own. */
export const isFreeName = (name: string): boolean => NAMED.test(name) && !TAKEN.has(name);
