import { MediaError } from '../../../base/errors.ts';
import { log } from '../../../base/log.ts';

export interface Detail {
  /**
   * Location of the error: the name of a query parameter, or the path of a field in the body, such
   * as `filter/user`.
   */
  at: string;
  detail: string;
}

/** Error response as RFC 9457 problem details: https://www.rfc-editor.org/rfc/rfc9457 */
export class Problem extends Error {
  readonly status: number;
  readonly slug: string;
  readonly title: string;
  readonly errors: Detail[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    slug: string,
    title: string,
    detail: string,
    more: { errors?: Detail[]; retryAfter?: number } = {},
  ) {
    super(detail);
    this.status = status;
    this.slug = slug;
    this.title = title;
    this.errors = more.errors;
    this.retryAfter = more.retryAfter;
  }
}

export const notFound = (what: string) =>
  new Problem(404, 'not-found', 'Not found', `The ${what} does not exist.`);
export const invalid = (errors: Detail[]) =>
  new Problem(
    400,
    'invalid-request',
    'Invalid request',
    errors.map(({ at, detail }) => `${at}: ${detail}`).join('; '),
    { errors },
  );
export const forbidden = (detail: string) => new Problem(403, 'forbidden', 'Forbidden', detail);
export const unprocessable = (slug: string, title: string, detail: string) =>
  new Problem(422, slug, title, detail);
export const conflict = (slug: string, detail: string) => new Problem(409, slug, 'Conflict', detail);

/** Converts any error to a problem. Details not meant for the caller are logged instead. */
export function asProblem(error: unknown, request: { method: string; path: string }): Problem {
  if (error instanceof Problem) return error;
  log.error('request failed', { ...request, error: error as Error });
  if (error instanceof MediaError && error.category === 'transient')
    return new Problem(
      503,
      'unavailable',
      'Service unavailable',
      'A service that the API depends on is busy or down.',
      {
        retryAfter: 5,
      },
    );
  return new Problem(500, 'internal', 'Internal error', 'The request failed; see the log for the reason.');
}

export function problemResponse({ status, slug, title, message, errors, retryAfter }: Problem): Response {
  const type = `urn:media-pipeline:problem:${slug}`;
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  if (status === 401) headers.set('www-authenticate', 'Bearer');
  if (retryAfter) headers.set('retry-after', String(retryAfter));
  return new Response(JSON.stringify({ type, title, status, detail: message, errors }), { status, headers });
}
