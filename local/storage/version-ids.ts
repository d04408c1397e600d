import { randomBytes } from 'node:crypto';
import { NULL_VERSION } from './version.ts';

/** Number of hexadecimal digits of an ID that order it: microseconds since 1970. */
const DIGITS = 14;

/** Creates IDs that are never reused, each later than all before and than those passed to `seen`. */
export function versionIds(): { next: () => string; seen: (id: string) => void } {
  let last = 0;
  return {
    next: () => {
      last = Math.max(last + 1, Date.now() * 1000);
      return `${last.toString(16).padStart(DIGITS, '0')}${randomBytes(9).toString('hex')}`;
    },
    seen: (id) => {
      last = Math.max(last, orderOf(id));
    },
  };
}

/**
 * Returns the position of a version among those of its key. The ID alone decides it, so that a
 * listing can continue after a version that was deleted in the meantime.
 */
export function orderOf(id: string): number {
  return id === NULL_VERSION ? 0 : Number.parseInt(id.slice(0, DIGITS), 16) || 0;
}
