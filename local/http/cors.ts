import type { Middleware } from './middleware.ts';
import { intercept } from './middleware.ts';

const LOCAL_ORIGIN = /^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;
const EXPOSED = 'ETag, Content-Range, Content-Length, x-amz-request-id, x-amz-version-id';

/**
 * Rejects requests from pages of other hosts: any site could post a form to this machine, and
 * nothing here verifies signatures.
 */
export const refuseOtherPages: Middleware = (server) =>
  intercept(server, (request, response, next) => {
    const { origin } = request.headers;
    if (!origin || LOCAL_ORIGIN.test(origin)) return next();
    request.resume();
    response.writeHead(403).end();
  });

/** Allows CORS requests from local pages, as the buckets' CORS rules do on AWS. */
export const allowLocalPages: Middleware = (server) => {
  intercept(server, (request, response, next) => {
    const { origin } = request.headers;
    if (!origin) return next();
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', EXPOSED);
    response.setHeader('vary', 'origin');
    if (request.method !== 'OPTIONS') return next();
    response.writeHead(204, {
      'access-control-allow-methods': 'GET, HEAD, PUT, POST, DELETE',
      'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '*',
      'access-control-max-age': '600',
    });
    response.end();
  });
  // Sees a request first.
  refuseOtherPages(server);
};
