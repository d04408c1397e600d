import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { DEFAULT_PROFILE } from '../../../media/profile/default-profile.ts';
import { expectFitForAll, inBrowser, tab } from './in-browser.ts';
import { badgeSays } from './pages.ts';
import { partShownBy, privateBucket, videoOf } from './video.ts';

/** Of the files that the first test uploads. */
const jobs: Record<string, string> = {};
inBrowser('the outputs of a job, in Chromium', () => {
  test('uploads an image, a video, a recording and a PDF, and shows how far each is', async () => {
    const { photo, video, song, report } = tab.media;
    const rows = await tab.upload(photo, video, song, report);
    for (const row of rows) await badgeSays(row, 'Completed');
    for (const [i, kind] of ['image', 'video', 'audio', 'document'].entries()) {
      const link = await rows[i]?.locator('a.row-title').getAttribute('href');
      jobs[kind] = link ?? '';
    }
    expect(new Set(Object.values(jobs)).size).toBe(4);
  });

  test('shows the pictures of an image with their sizes', async () => {
    await tab.visit(jobs.image ?? '');
    const pictures = tab.page.locator('.gallery img');
    await pictures.nth(4).waitFor();
    const widths = await pictures.evaluateAll((images) =>
      Promise.all(
        (images as unknown as { decode: () => Promise<void>; naturalWidth: number }[]).map(async (image) => {
          await image.decode();
          return image.naturalWidth;
        }),
      ),
    );
    expect(widths).toEqual([150, 400, 1200, 1600, 1600]);
    const captions = await tab.page.locator('.gallery figcaption').allTextContents();
    expect(captions[0]).toMatch(/^Small thumbnail\s*150 × 113 · JPEG/);
  });

  test('tells which outputs of an image are stale, and makes them again', async () => {
    const { page, site } = tab;
    await tab.visit(jobs.image ?? '');
    const check = page.getByRole('button', { name: 'Check what is stale' });
    await check.click();
    await page.getByText('All outputs are current').waitFor();
    const jobId = (jobs.image ?? '').split('/').at(-1) ?? '';
    const tenantId = (await site.pipeline.jobs()).find((job) => job.jobId === jobId)?.tenantId;
    const document = structuredClone(DEFAULT_PROFILE);
    Object.assign(document.image.outputs[1] ?? {}, { quality: 35 });
    const saved = await fetch(`${site.url}/api/media/profiles/other`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-development-identity': 'operator' },
      body: JSON.stringify({ document, defaultFor: [tenantId] }),
    });
    expect(saved.status).toBe(200);
    await check.click();
    await page.getByText('The profile or a setting has changed: quality.').waitFor();
    await expectFitForAll();
    await page.getByRole('button', { name: 'Make them again' }).click();
    await page.getByText(/made again by .*: what is stale/).waitFor();
    await badgeSays(page.locator('.job-head'), 'Completed');
    await site.pipeline.until('the second attempt', async () =>
      (await site.pipeline.jobs()).some(
        (job) => job.jobId === jobId && job.attempt === 2 && job.status === 'COMPLETED',
      ),
    );
    await check.click();
    await page.getByText('All outputs are current').waitFor();
  });

  test('plays the HLS stream of a video: playlists from the API, segments from a bucket that is private', async () => {
    const asked = await privateBucket(tab);
    await tab.visit(jobs.video ?? '');
    const video = videoOf(tab.page);
    const rendition = tab.page.getByLabel('Rendition');
    await rendition.waitFor();
    await rendition.selectOption({ label: (await rendition.locator('option').allTextContents())[1] ?? '' });
    expect(await video.source()).toMatch(/^blob:/);
    await tab.page.getByRole('button', { name: 'Play', exact: true }).click();
    await tab.site.pipeline.until('the video to move', async () => (await video.time()) > 1);
    await tab.page.getByText('playing 854 × 480').waitFor();
    await rendition.selectOption({ label: (await rendition.locator('option').allTextContents())[2] ?? '' });
    await tab.page.getByText('playing 1280 × 720').waitFor();
    const before = await video.time();
    await tab.site.pipeline.until('the other rendition', async () => (await video.time()) > before);
    const playlists = asked.filter(({ path }) => path.endsWith('.m3u8'));
    const media = asked.filter(({ path }) => /\.(?:m4s|mp4)$/.test(path));
    expect(new Set(playlists.map(({ path }) => path.split('/hls/')[1]))).toEqual(
      new Set(['master.m3u8', '480p/index.m3u8', '720p/index.m3u8']),
    );
    for (const request of playlists)
      expect(request).toMatchObject({ origin: tab.site.url, caller: 'operator', signed: false });
    expect(media.map(({ path }) => path.split('_hls/')[1])).toEqual(
      expect.arrayContaining(['480p/init.mp4', '480p/00000.m4s', '720p/init.mp4', '720p/00000.m4s']),
    );
    for (const request of media)
      expect(request).toMatchObject({
        origin: tab.site.pipeline.cloud.urls.storage,
        caller: undefined,
        signed: true,
      });
    await tab.page.getByRole('button', { name: '720p MP4' }).click();
    await tab.page.locator('video[src*="720p.mp4"]').waitFor();
    await tab.page.unrouteAll({ behavior: 'wait' });
  });

  test('plays once the stream is there, where Play was pressed before', async () => {
    await tab.page.route('**/assets/*hls*', async (route) => {
      await sleep(1000);
      await route.continue();
    });
    await tab.visit(jobs.video ?? '');
    const video = videoOf(tab.page);
    await tab.page.getByRole('button', { name: 'Play', exact: true }).click();
    expect(await video.source()).toBe('');
    await tab.site.pipeline.until('the video to move', async () => (await video.time()) > 0.2);
    expect(await video.source()).toMatch(/^blob:/);
    await tab.page.unrouteAll({ behavior: 'wait' });
  });

  test('gets new links where the old ones have ended, and plays on', async () => {
    await tab.visit(jobs.video ?? '');
    const video = videoOf(tab.page);
    await tab.page.getByRole('button', { name: 'Play', exact: true }).click();
    await tab.site.pipeline.until('the video to move', async () => (await video.time()) > 0.5);
    let renewed = 0;
    await tab.page.route('**/hls/master.m3u8', (route) => {
      renewed++;
      return route.continue();
    });
    await tab.page.route('**/*.m4s*', (route) =>
      renewed > 0 ? route.continue() : route.fulfill({ status: 403, headers: ANYBODY }),
    );
    const shown = await tab.page.getByText(/^playing /).textContent();
    await tab.page.getByLabel('Rendition').selectOption({ index: shown?.includes('480') ? 2 : 1 });
    await tab.site.pipeline.until('the playlist', async () => renewed > 0);
    const before = await video.time();
    await tab.site.pipeline.until('the video to go on', async () => (await video.time()) > before);
    await tab.page.getByText(shown?.includes('480') ? 'playing 1280 × 720' : 'playing 854 × 480').waitFor();
    expect(renewed).toBe(1);
    expect(await tab.page.getByText('cannot be played here').count()).toBe(0);
    await tab.page.unrouteAll({ behavior: 'wait' });
    expect(tab.complaints().every((text) => text.includes('.m4s'))).toBe(true);
  });

  test('plays the whole file where the stream cannot be read', async () => {
    await tab.page.route('**/*.m4s*', (route) => route.fulfill({ status: 403, headers: ANYBODY }));
    await tab.visit(jobs.video ?? '');
    await tab.page.getByText('The stream cannot be played here').waitFor();
    await tab.page.locator('video[src*="720p.mp4"]').waitFor();
    await tab.page.unrouteAll({ behavior: 'wait' });
    expect(tab.complaints().every((text) => text.includes('.m4s'))).toBe(true);
  });

  test('plays the whole file where the browser has no Media Source Extensions', async () => {
    const page = await tab.context.newPage();
    await page.addInitScript('delete window.MediaSource; delete window.ManagedMediaSource;');
    await page.goto(tab.site.url + jobs.video);
    await page.getByText('This browser does not support Media Source Extensions').waitFor();
    await page.locator('video[src*="720p.mp4"]').waitFor();
    await page.close();
  });

  test('shows the picture of a place in the video under the pointer, and where the keyboard goes', async () => {
    await tab.visit(jobs.video ?? '');
    await tab.page.getByRole('button', { name: '480p MP4' }).click();
    const slider = tab.page.getByRole('slider', { name: 'Position' });
    const picture = tab.page.locator('.preview-picture');
    await tab.page.getByText('0:00 / 0:04').waitFor();
    const box = await slider.boundingBox();
    if (!box) throw new Error('no bar');
    const places = new Set<string>();
    for (const share of [0.1, 0.4, 0.6, 0.9]) {
      await tab.page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
      await picture.waitFor();
      places.add(await partShownBy(picture));
    }
    expect([...places]).toEqual(['0px 0px', '-160px 0px', '-320px 0px', '-480px 0px']);
    await tab.page.mouse.move(0, 0);
    await picture.waitFor({ state: 'detached' });
    await slider.focus();
    await tab.page.keyboard.press('ArrowRight');
    await tab.page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuetext')).toBe('0:02 of 0:04');
    expect(await tab.page.locator('.preview').textContent()).toBe('0:02');
    expect(await partShownBy(picture)).toBe('-320px 0px');
    await tab.page.keyboard.press('Escape');
    await picture.waitFor({ state: 'detached' });
  });

  test('plays a recording along its waveform', async () => {
    await tab.visit(jobs.audio ?? '');
    await tab.page.locator('.waveform .bars[d^="M"]').first().waitFor();
    await tab.page.getByRole('button', { name: 'Play' }).click();
    const position = tab.page.getByRole('slider', { name: 'Position' });
    await tab.site.pipeline.until('the sound to move', async () => Number(await position.inputValue()) > 0.3);
    await position.fill('10');
    await tab.site.pipeline.until('the jump', async () => Number(await position.inputValue()) >= 10);
    await tab.page.getByRole('button', { name: 'Pause' }).click();
  });

  test('shows the pages of a PDF beside their text', async () => {
    await tab.visit(jobs.document ?? '');
    const text = tab.page.locator('.document pre');
    await text.waitFor();
    expect(await text.textContent()).toContain('Annual report');
    await tab.page.getByRole('button', { name: 'Next page' }).click();
    await tab.page.getByRole('img', { name: 'Rendered page 2' }).waitFor();
    expect(await text.textContent()).toContain('Forty thousand uploads');
  });

  test('shows text as text, whatever it looks like', async () => {
    const page = '<script>window.ran = true</script><img src=x onerror="window.ran = true">\n';
    const [row] = await tab.upload(await tab.media.save('notes.txt', page));
    if (!row) throw new Error('no row');
    await badgeSays(row, 'Completed');
    await tab.openJob(row);
    const text = tab.page.locator('.document pre');
    await text.waitFor();
    expect(await text.textContent()).toContain('onerror="window.ran = true"');
    expect(await tab.page.evaluate('window.ran')).toBeUndefined();
  });

  test.each(['image', 'video', 'audio', 'document'])(
    'has no serious finding of axe in light and in dark, and fits a phone: %s',
    async (name) => {
      await tab.visit(jobs[name] ?? '');
      await tab.page.waitForLoadState('networkidle');
      await expectFitForAll();
    },
  );
});

/** Lets a page of any origin read what a test answers in the place of S3. */
const ANYBODY = { 'access-control-allow-origin': '*' };
