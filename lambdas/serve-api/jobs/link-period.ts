import { createHash } from 'node:crypto';
import type { Job } from '../../../core/jobs/job.ts';
import type { BeyondRow } from './replacement.ts';

/**
 * Seconds for which download links stay the same, so that an unchanged job has an unchanged
 * representation.
 */
export const LINK_PERIOD = 1800;

/**
 * Seconds for which audio and video links are valid after the response: they must outlive the
 * playback that started with it. A player reads a playlist once, a video may last 4 h
 * (MAX_VIDEO_SECONDS), and people pause. A much longer validity could not be kept: links expire
 * with the credentials that signed them, which Lambda rotates at undocumented times (role
 * credentials last 12 h at most). A player that gets 403 for a segment reloads the playlist.
 */
export const PLAYBACK_SECONDS = 6 * 3600;

/** Returns the start of the link period that contains `now`. Links are signed as of that time. */
export function linksFrom(now: Date): Date {
  const period = LINK_PERIOD * 1000;
  return new Date(Math.floor(now.getTime() / period) * period);
}

/**
 * Returns an ETag that changes with the job row, what is beyond it (its place in line, the job that replaced its outputs) and
 * the links in the response.
 * It is weak, since responses are equivalent but not byte for byte the same: another instance of the function
 * signs links with other credentials.
 */
export function etagOf(job: Job, now: Date, beyondRow?: BeyondRow): string {
  const content = JSON.stringify([job, beyondRow, linksFrom(now).toISOString()]);
  return `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}

/** Tells whether `If-None-Match` contains this ETag. */
export function isKnown(etag: string, headers: Headers): boolean {
  const known = (headers.get('if-none-match') ?? '').split(',').map((tag) => tag.trim());
  return known.includes('*') || known.some((tag) => bare(tag) === bare(etag));
}

const bare = (etag: string) => etag.replace(/^W\//, '');
