import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { buildConsole } from '../../../console/build.ts';
import { serveConsole } from '../../../local/console.ts';
import { type Listening, listen } from '../../../local/http/listen.ts';
import { seriousFindings } from './axe.ts';
import { type Browser, missingBrowser, openBrowser } from './browser.ts';
import { type Issuer, startIssuer } from './issuer.ts';

const missing = missingBrowser();
if (missing) console.warn(missing);
const inBrowser = missing ? describe.skip : describe;

let browser: Browser;
let issuer: Issuer;
let api: Listening;
let site: Listening;
let built: string;
/** What the API was sent as `Authorization`, and what it answers. */
let sent: (string | undefined)[];
let status: number;

inBrowser(missing ?? 'signing in', () => {
  beforeAll(async () => {
    built = await mkdtemp(join(tmpdir(), 'console-'));
    await buildConsole(built);
  });
  afterAll(async () => {
    if (built) await rm(built, { recursive: true, force: true });
  });
  beforeEach(async () => {
    sent = [];
    status = 200;
    const answering = createServer((request, response) => {
      sent.push(request.headers.authorization);
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"jobs":[]}');
    });
    [issuer, api] = await Promise.all([startIssuer(), listen(answering)]);
    const settings = { apiUrl: '', issuer: issuer.url, clientId: 'console' };
    site = await serveConsole({ apiUrl: api.url, directory: built, settings });
    browser = await openBrowser();
  });
  afterEach(async () => {
    await browser?.close();
    await Promise.all([site?.close(), api?.close(), issuer?.close()]);
  });

  test('goes by the issuer with a proof key, comes back to where one was, and lasts over a reload', async () => {
    const { page } = browser;
    await page.goto(`${site.url}/jobs?status=FAILED`);
    expect(await seriousFindings(page)).toEqual([]);
    expect(sent).toEqual([]);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No matching jobs').waitFor();
    expect(page.url()).toBe(`${site.url}/jobs?status=FAILED`);
    expect(await page.locator('.who-name').textContent()).toBe('Ann Example');
    expect(new Set(sent)).toEqual(new Set(['Bearer access-1']));
    await page.reload();
    await page.getByText('No matching jobs').waitFor();
    expect(issuer.grants).toEqual(['authorization_code']);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(browser.complaints()).toEqual([]);
  });

  test('renews a token that is about to end, and asks again for one that the API does not believe', async () => {
    const { page } = browser;
    issuer.lifetime = 30;
    await page.goto(`${site.url}/jobs`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No jobs yet').waitFor();
    expect(issuer.grants.slice(0, 2)).toEqual(['authorization_code', 'refresh_token']);
    expect(sent[0]).toBe('Bearer access-2');
    status = 401;
    await page.reload();
    await page.getByText('Your session has expired').waitFor();
  });

  test('takes no code that this window did not ask for', async () => {
    const { page } = browser;
    await page.goto(`${site.url}/?code=stolen&state=made-up`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(page.url()).toBe(`${site.url}/`);
    expect(issuer.grants).toEqual([]);
  });
});
