import { createHash } from 'node:crypto';

/** Returns a fixed-length ID for the parts of a key, whatever they contain. */
export const digest = (...parts: string[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');
