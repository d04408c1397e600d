import type { Job, JobPage } from '../../../contract/job-api.ts';
import type { RerenderResults } from '../../../contract/rerender-api.ts';
import type { RedriveResults, RetryAccepted } from '../../../contract/retry-api.ts';
import type { Statistics } from '../../../contract/statistics-api.ts';
import type { Thumbnail } from '../../../contract/thumbnail-api.ts';
import type {
  CompletedUpload,
  PartLinks,
  UnfinishedUpload,
  UploadLinks,
} from '../../../contract/upload-api.ts';
import { authorization, expired } from '../session/session.ts';
import { Problem, problemOf, unreachable } from './problem.ts';

let apiUrl = '';

/** Sets the base URL of the API; empty if the API has the console's own origin. */
export function useApi(url: string): void {
  apiUrl = url.replace(/\/$/, '');
}

/** Resolves an API path to an absolute URL. */
export const apiAddress = (path: string) => new URL(apiUrl + path, location.href).href;

export const listJobs = (query: Record<string, string>, signal?: AbortSignal) =>
  call<JobPage>('GET', `/api/media/jobs?${new URLSearchParams(query)}`, { signal });

export interface Versioned<T> {
  data: T;
  etag: string | undefined;
}

/**
 * Loads a job. The browser revalidates with its cached ETag, so an unchanged job is answered
 * without a body.
 */
export const getJob = async (jobId: string, signal?: AbortSignal): Promise<Versioned<Job>> =>
  versioned(await send('GET', `/api/media/jobs/${encodeURIComponent(jobId)}`, { signal }));

/** Seconds: a page that has gone is noticed when its wait ends. */
const WAIT_SECONDS = 10;

/**
 * Waits until a job differs from the version that `etag` names, for a while. Returns undefined if
 * nothing has changed.
 */
export async function getJobChange(
  jobId: string,
  etag: string,
  signal: AbortSignal,
): Promise<Versioned<Job> | undefined> {
  const path = `/api/media/jobs/${encodeURIComponent(jobId)}?wait=${WAIT_SECONDS}`;
  const response = await send('GET', path, { signal, more: { 'if-none-match': etag } });
  return response.status === 304 ? undefined : versioned(response);
}

/** Loads the thumbnail of a job; undefined if it has none. */
export async function getThumbnail(jobId: string): Promise<Thumbnail | undefined> {
  try {
    return await call<Thumbnail>('GET', `/api/media/jobs/${jobId}/thumbnail`);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return undefined;
    throw error;
  }
}

export const retryJob = (jobId: string) =>
  call<RetryAccepted>('POST', `/api/media/jobs/${jobId}`, {
    body: {},
  });

/** Makes the stale outputs of a completed job again. */
export const makeAgain = (jobId: string) =>
  call<RetryAccepted>('POST', `/api/media/jobs/${jobId}`, { body: { stale: true } });

export const rerenderJobs = (body: object) =>
  call<RerenderResults>('POST', '/api/media/jobs/rerender', { body });

export const cancelJob = (jobId: string) => call<Job>('DELETE', `/api/media/jobs/${jobId}`);

export const getStatistics = (query: Record<string, string>, signal?: AbortSignal) =>
  call<Statistics>('GET', `/api/media/jobs/stats?${new URLSearchParams(query)}`, { signal });

export const redriveJobs = (body: object) =>
  call<RedriveResults>('POST', '/api/media/jobs/redrive', { body });

export const createUpload = (body: object) => call<UploadLinks>('POST', '/api/media/uploads', { body });

export const getUpload = (uploadId: string) =>
  call<UnfinishedUpload>('GET', `/api/media/uploads/${uploadId}`);

export const signParts = (uploadId: string, partNumbers: number[]) =>
  call<PartLinks>('POST', `/api/media/uploads/${uploadId}/parts`, { body: { partNumbers } });

export const completeUpload = (uploadId: string, parts: { partNumber: number; etag: string }[]) =>
  call<CompletedUpload>('POST', `/api/media/uploads/${uploadId}/complete`, { body: { parts } });

export const abortUpload = (uploadId: string) => call<undefined>('DELETE', `/api/media/uploads/${uploadId}`);

export async function call<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await send(method, path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

const versioned = async <T>(response: Response): Promise<Versioned<T>> => ({
  data: (await response.json()) as T,
  etag: response.headers.get('etag') ?? undefined,
});

interface Options {
  body?: object;
  signal?: AbortSignal | undefined;
  /** Further headers. */
  more?: Record<string, string>;
}

async function send(method: string, path: string, { body, signal, more }: Options = {}): Promise<Response> {
  const headers: Record<string, string> = { ...(await authorization()), ...more };
  if (body) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(apiUrl + path, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
      signal: signal ?? null,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw unreachable();
  }
  if (response.status === 401) expired();
  if (!response.ok && response.status !== 304) throw await problemOf(response);
  return response;
}
