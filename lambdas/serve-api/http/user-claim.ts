import { createHash } from 'node:crypto';
import { IDENTIFIER_PATTERN } from '../../../contract/identifier.ts';

const IDENTIFIER = new RegExp(`^${IDENTIFIER_PATTERN}$`);
const HASHED = /^sub-[0-9a-f]{56}$/;

/**
 * Returns the user ID of a user claim, which becomes part of keys. Other text than an identifier
 * (`auth0|65f…`) becomes `sub-` and the first 56 hexadecimal digits of its SHA-256 hash. A claim
 * that already looks like that is hashed, too, so that no two claims have the same user ID.
 */
export function userIdOf(claim: string): string {
  if (IDENTIFIER.test(claim) && !HASHED.test(claim)) return claim;
  return `sub-${createHash('sha256').update(claim).digest('hex').slice(0, 56)}`;
}
