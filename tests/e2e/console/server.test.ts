import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveConsole } from '../../../local/console.ts';
import { type Listening, listen } from '../../../local/http/listen.ts';

let folder: string;
let api: Listening;
let site: Listening;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'console-'));
  await mkdir(join(folder, 'built'));
  await writeFile(join(folder, 'built/index.html'), 'the page');
  await writeFile(join(folder, 'built/app.js'), 'the script');
  await writeFile(join(folder, 'secret.txt'), 'not of the page');
  api = await listen(
    createServer((asked, response) => {
      response.writeHead(409, { 'content-type': 'application/problem+json' });
      response.end(`${asked.method} ${asked.url} of ${asked.headers['x-development-identity']}`);
    }),
  );
  site = await serveConsole({ apiUrl: api.url, directory: join(folder, 'built') });
});
afterAll(async () => {
  await Promise.all([site?.close(), api?.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** A request as it is written, without what fetch tidies up. */
const get = (path: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(site.url);
    const asked = request({ hostname, port, path, headers }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
    });
    asked.on('error', reject).end();
  });

describe('the local server of the console', () => {
  test.each([
    ['the page itself', '/', 200, 'the page'],
    ['the page for each of its own paths', '/jobs/job_x?status=FAILED', 200, 'the page'],
    ['a file of the build', '/app.js', 200, 'the script'],
    ['a file that is not there', '/other.js', 404, ''],
    ['a file outside the build', '/../secret.txt', 404, ''],
    ['the same, encoded', '/%2e%2e/secret.txt', 404, ''],
    ['the same, from a folder below', '/a/..%2f..%2fsecret.txt', 404, ''],
    ['a path that is no text', '/%ff.js', 400, ''],
    ['a path that is no URL', '//', 200, 'the page'],
  ])('answers %s', async (_label, path, status, body) => {
    const answer = await get(path);
    expect([answer.status, answer.body]).toEqual([status, body]);
  });

  test('says that one chooses who to be', async () => {
    expect(JSON.parse((await get('/config.json')).body)).toEqual({ apiUrl: '', developmentIdentity: true });
  });

  test('allows no script but the page’s own, and nobody to frame it', async () => {
    const policy = String((await get('/')).headers['content-security-policy']).split('; ');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect((await get('/')).headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });

  test('passes calls of the API on, status and all', async () => {
    const answer = await get('/api/media/jobs?limit=1', { 'x-development-identity': 'acme/ann' });
    expect([answer.status, answer.body]).toEqual([409, 'GET /api/media/jobs?limit=1 of acme/ann']);
  });

  test('refuses a page whose name was pointed at this machine', async () => {
    expect((await get('/', { host: 'evil.example' })).status).toBe(403);
    expect((await get('/api/media/jobs', { host: 'evil.example:80' })).status).toBe(403);
  });

  test('says that the API is away where it is', async () => {
    const alone = await serveConsole({ apiUrl: 'http://127.0.0.1:1', directory: folder });
    expect((await fetch(`${alone.url}/api/media/jobs`)).status).toBe(502);
    await alone.close();
  });
});
