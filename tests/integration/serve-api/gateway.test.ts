import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ServedApi, startServedApi } from '../../support/served-api.ts';

let api: ServedApi;
beforeAll(async () => {
  api = await startServedApi();
});
afterAll(() => api?.stop());

const call = (path: string, options: RequestInit = {}) => fetch(`${api.url}${path}`, options);
const identity = { 'x-development-identity': 'acme/ann' };

describe('the local API, behind a stand-in of API Gateway', () => {
  test('lets anybody use the operations that OpenAPI calls open, and no others', async () => {
    const { paths } = (await (await call('/api/media/openapi.json')).json()) as {
      paths: Record<string, Record<string, { security?: unknown }>>;
    };
    const expected: [string, boolean][] = [];
    const found: [string, boolean][] = [];
    for (const [path, operations] of Object.entries(paths))
      for (const [method, { security }] of Object.entries(operations)) {
        const { status } = await call(path.replaceAll(/\{\w+\}/g, 'x'), { method: method.toUpperCase() });
        expected.push([`${method} ${path}`, security === undefined]);
        found.push([`${method} ${path}`, status !== 401]);
      }
    expect(found).toEqual(expected);
    expect(found.filter(([, open]) => open).map(([operation]) => operation)).toEqual([
      'get /api/media/health',
      'get /api/media/openapi.json',
    ]);
  });

  test("refuses a request without credentials in the gateway's words, not the function's", async () => {
    const refused = await call('/api/media/jobs');
    expect([refused.status, await refused.json()]).toEqual([401, { message: 'Unauthorized' }]);
    expect((await call('/api/media/jobs', { headers: identity })).status).toBe(200);
  });

  test('allows a page what the console sends, and nothing that the gateway does not', async () => {
    const headers = { origin: 'http://localhost:5173', 'access-control-request-method': 'DELETE' };
    const preflight = await call('/api/media/jobs/x', { method: 'OPTIONS', headers });
    expect([preflight.status, await preflight.text()]).toEqual([204, '']);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('DELETE,GET,POST,PUT');
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'authorization,content-type,if-none-match,x-development-identity',
    );
    const foreign = { ...headers, origin: 'https://evil.example' };
    expect((await call('/api/media/jobs/x', { method: 'OPTIONS', headers: foreign })).status).toBe(403);
  });
});
