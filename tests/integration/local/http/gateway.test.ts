import { createServer } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { putGatewayBefore } from '../../../../local/http/gateway.ts';
import { type Listening, listen } from '../../../../local/http/listen.ts';

const CORS = { allowMethods: ['GET'], allowHeaders: ['authorization'], exposeHeaders: ['etag'], maxAge: 60 };
const PREFLIGHT = {
  method: 'OPTIONS',
  headers: { origin: 'http://localhost:1', 'access-control-request-method': 'GET' },
};

let server: Listening;
afterEach(() => server.close());

/** An API behind the gateway that answers everything with 200 and what it was asked. */
async function setup(...openRoutes: string[]) {
  const api = createServer((request, response) => response.end(`${request.method} ${request.url}`));
  putGatewayBefore(api, {
    openRoutes,
    cors: CORS,
    isAuthorized: ({ headers }) => 'authorization' in headers,
  });
  server = await listen(api);
  return async (path: string, options: RequestInit = {}) => {
    const { status, headers, ...answer } = await fetch(server.url + path, options).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      body: await response.text(),
    }));
    return { status, body: answer.body, header: (name: string) => headers.get(name) };
  };
}

/**
 * "The $default route catches requests for all methods and routes that you haven't explicitly
 * defined, including OPTIONS requests. To support unauthorized OPTIONS requests, add an
 * OPTIONS /{proxy+} route to your API that doesn't require authorization": Configure CORS for HTTP
 * APIs in API Gateway, read November 2026,
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
describe('the gateway of the local API answers preflight requests', () => {
  test('with 401 where only $default could take them', async () => {
    const call = await setup();
    const { status, body, header } = await call('/api/jobs', PREFLIGHT);
    expect([status, body, header('access-control-allow-origin')]).toEqual([
      401,
      '{"message":"Unauthorized"}',
      null,
    ]);
  });

  test('with its CORS configuration where OPTIONS has a route without an authorizer', async () => {
    const call = await setup('OPTIONS /{proxy+}');
    const { status, header } = await call('/api/jobs', PREFLIGHT);
    expect(status).toBe(200);
    expect([
      header('access-control-allow-origin'),
      header('access-control-allow-methods'),
      header('access-control-allow-headers'),
    ]).toEqual(['http://localhost:1', 'GET', 'authorization']);
  });
});

describe('the gateway of the local API', () => {
  test('lets a request in by an open route or with credentials, and refuses the rest', async () => {
    const call = await setup('GET /api/health', 'GET /api/files/{name}');
    const authorization = { headers: { authorization: 'Bearer x' } };
    const cases: [string, RequestInit, number][] = [
      ['/api/health?x=1', {}, 200],
      ['/api/files/a', {}, 200],
      ['/api/files/a/b', {}, 401],
      ['/api/health/more', {}, 401],
      ['/api/healthy', {}, 401],
      ['/api/health', { method: 'POST' }, 401],
      ['/api/jobs', {}, 401],
      ['/api/jobs', authorization, 200],
    ];
    for (const [path, options, expected] of cases)
      expect([path, (await call(path, options)).status]).toEqual([path, expected]);
  });

  test('adds CORS headers to the responses of the API, not to its own', async () => {
    const call = await setup();
    const { origin } = PREFLIGHT.headers;
    const known = await call('/api/jobs', { headers: { origin, authorization: 'Bearer x' } });
    const unknown = await call('/api/jobs', { headers: { origin } });
    expect(known.header('access-control-allow-origin')).toBe(origin);
    expect(known.header('access-control-expose-headers')).toBe('etag');
    expect([unknown.status, unknown.header('access-control-allow-origin')]).toEqual([401, null]);
  });
});
