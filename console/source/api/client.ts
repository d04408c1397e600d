import type { Job, JobPage } from '../../../contract/job-api.ts';
import type { RedriveResults, RetryAccepted } from '../../../contract/retry-api.ts';
import type { Statistics } from '../../../contract/statistics-api.ts';
import type {
  CompletedUpload,
  PartLinks,
  UnfinishedUpload,
  UploadLinks,
} from '../../../contract/upload-api.ts';
import { authorization, expired } from '../session/session.ts';
import { problemOf, unreachable } from './problem.ts';

let apiUrl = '';

/** Sets the base URL of the API; empty if the API has the console's own origin. */
export function useApi(url: string): void {
  apiUrl = url.replace(/\/$/, '');
}

/** Resolves an API path to an absolute URL. */
export const apiAddress = (path: string) => new URL(apiUrl + path, location.href).href;

export const listJobs = (query: Record<string, string>, signal?: AbortSignal) =>
  call<JobPage>('GET', `/api/media/jobs?${new URLSearchParams(query)}`, { signal });

/**
 * Loads a job. The browser revalidates with its cached ETag, so an unchanged job is answered
 * without a body.
 */
export const getJob = (jobId: string, signal?: AbortSignal) =>
  call<Job>('GET', `/api/media/jobs/${encodeURIComponent(jobId)}`, { signal });

export const retryJob = (jobId: string) =>
  call<RetryAccepted>('POST', `/api/media/jobs/${jobId}`, {
    body: {},
  });

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

async function call<T>(
  method: string,
  path: string,
  { body, signal }: { body?: object; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const headers: Record<string, string> = await authorization();
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
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}
