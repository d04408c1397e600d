import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { serveConsole } from '../../../local/console.ts';
import type { Listening } from '../../../local/http/listen.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { missingBrowser } from './browser.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { type Issuer, startIssuer } from './issuer.ts';
import { type Console, openConsole } from './pages.ts';
import { videoOf } from './video.ts';

const missing = missingBrowser();
if (missing) console.warn(missing);
const inBrowser = missing ? describe.skip : describe;

let tab: Console;
let issuer: Issuer;
let gateway: Gateway;
let page: Listening;
let jobId: string;

inBrowser(missing ?? 'a stream and the session that plays it', () => {
  beforeAll(async () => {
    tab = await openConsole();
    await tab.site.pipeline.upload(uploadKey('tour.mp4'), await readFile(tab.media.video));
    ({ jobId } = await tab.site.pipeline.ended(uploadKey('tour.mp4')));
    [issuer, gateway] = await Promise.all([startIssuer(), startGateway(tab.site.api.url, 'acme/ann')]);
    const settings = { apiUrl: '', issuer: issuer.url, clientId: 'console' };
    page = await serveConsole({ apiUrl: gateway.url, directory: tab.site.built, settings });
    // Good for a little longer than the time before its end at which the page renews it.
    issuer.lifetime = 63;
    await tab.page.goto(`${page.url}/jobs/${jobId}`);
    await tab.page.getByRole('button', { name: 'Sign in' }).click();
    await tab.page.getByLabel('Rendition').waitFor();
  });
  afterAll(async () => {
    await tab?.close();
    await Promise.all([page?.close(), gateway?.close(), issuer?.close()]);
  });

  const tokenOf = (file: string) => gateway.asked.findLast(({ path }) => path.endsWith(file))?.token;

  test('shows the token to playlists, and renews it while the video plays', async () => {
    const first = tokenOf('master.m3u8');
    expect(first).toMatch(/^access-\d+$/);
    await tab.page.getByRole('button', { name: 'Play', exact: true }).click();
    await tab.site.pipeline.until('the video to move', async () => (await videoOf(tab.page).time()) > 1);
    const shown = (await tab.page.getByText(/^playing /).textContent()) ?? '';
    const [other, index] = shown.includes('480') ? (['720p', 2] as const) : (['480p', 1] as const);
    // By now less than a minute is left.
    await tab.page.waitForTimeout(3000);
    await tab.page.getByLabel('Rendition').selectOption({ index });
    await tab.site.pipeline.until('the other playlist', async () => tokenOf(`${other}/index.m3u8`));
    expect(tokenOf(`${other}/index.m3u8`)).not.toBe(first);
    expect(issuer.grants).toContain('refresh_token');
    await tab.page.getByText(other === '720p' ? 'playing 1280 × 720' : 'playing 854 × 480').waitFor();
    expect(tab.complaints()).toEqual([]);
  });

  test('asks to sign in again where the token is believed no more', async () => {
    await tab.page.reload();
    await tab.page.getByLabel('Rendition').waitFor();
    await tab.page.getByText(/^playing /).waitFor();
    const shown = (await tab.page.getByText(/^playing /).textContent()) ?? '';
    for (const { token } of gateway.asked) gateway.refused.add(token);
    issuer.lifetime = 0;
    await tab.page.route('**/token', (route) => route.fulfill({ status: 400, json: {} }));
    await tab.page.getByLabel('Rendition').selectOption({ index: shown.includes('480') ? 2 : 1 });
    await tab.page.getByText('Your session has expired').waitFor();
  });
});
