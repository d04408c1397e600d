import { createHash } from 'node:crypto';
import type { Job } from '../../../core/jobs/job.ts';

/** Seconds that download links are the same for, so that an unchanged job has an unchanged representation. */
export const LINK_PERIOD = 1800;

/**
 * Seconds that links to sound and video are good for after the answer: they must outlive the playback that began with it. A player reads a
 * playlist once, a video may take 4 h (MAX_VIDEO_SECONDS), and people pause. Much longer would be a promise that nobody keeps: links die
 * with the credentials that signed them, which Lambda renews at times it does not tell (a role's last 12 h at most). A player whose
 * segment is refused with 403 loads the playlist again.
 */
export const PLAYBACK_SECONDS = 6 * 3600;

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
