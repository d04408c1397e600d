import { createHash } from 'node:crypto';
import * as z from 'zod';
import { JOB_ID } from '../../../contract/values.ts';
import type { Position } from '../../../core/jobs/job-listing.ts';
import { invalid } from './problem.ts';

const CURSOR = z.strictObject({ c: z.iso.datetime(), j: JOB_ID.optional(), s: z.string() });

/**
 * Encodes the position in a listing as opaque text. A cursor grants no access: tenant and filter
 * come from the caller on every page. The seal only ensures that a cursor is used with the filter
 * it was made for, so it needs no secret.
 */
export function encodeCursor({ createdAt, jobId }: Position, scope: object): string {
  const cursor = { c: createdAt, j: jobId, s: seal(createdAt, jobId, scope) };
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/**
 * Decodes a cursor. Throws 400 for a cursor of another tenant or filter, and for one that was
 * modified.
 */
export function decodeCursor(text: string, scope: object): Position {
  const parsed = CURSOR.safeParse(parse(Buffer.from(text, 'base64url').toString('utf8')));
  if (parsed.success) {
    const { c: createdAt, j: jobId, s } = parsed.data;
    // Re-encoding rejects what base64 decoding tolerates: characters outside the alphabet, surplus
    // bits.
    if (s === seal(createdAt, jobId, scope) && encodeCursor({ createdAt, jobId }, scope) === text)
      return { createdAt, jobId };
  }
  throw invalid([{ at: 'cursor', detail: 'expected a cursor of this listing; start over without one' }]);
}

function seal(createdAt: string, jobId: string | undefined, scope: object): string {
  return createHash('sha256')
    .update(JSON.stringify([createdAt, jobId, scope]))
    .digest('base64url')
    .slice(0, 22);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
