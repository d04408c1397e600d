import { createHash } from 'node:crypto';
import type { Job } from '../../core/job.ts';

/** Seconds that download links are the same for, so that an unchanged job has an unchanged representation. */
export const LINK_PERIOD = 1800;

/** The beginning of the period that a moment lies in: from then on its links count their time. */
export function linksFrom(now: Date): Date {
  const period = LINK_PERIOD * 1000;
  return new Date(Math.floor(now.getTime() / period) * period);
}

/**
 * Changes with the row, and when the links in the answer do. Weak, since what it names is equal and not the same: links of another
 * instance of the function carry other credentials.
 */
export function etagOf(job: Job, now: Date): string {
  const content = JSON.stringify([job, linksFrom(now).toISOString()]);
  return `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}

/** Whether a caller who sent `If-None-Match` has it already. */
export function isKnown(etag: string, headers: Headers): boolean {
  const known = (headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim());
  return known.includes('*') || known.some((tag) => bare(tag) === bare(etag));
}

const bare = (etag: string) => etag.replace(/^W\//, '');
