import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { RESOURCES } from '../../../local/resources.ts';
import { seriousFindings } from './axe.ts';
import { missingBrowser } from './browser.ts';
import { badgeSays, type Console, openConsole } from './pages.ts';

const missing = missingBrowser();
if (missing) console.warn(missing);
const inBrowser = missing ? describe.skip : describe;

// A busy machine takes its time over real media.
jest.setTimeout(120_000);

/** Of the files that the first test uploads. */
const jobs: Record<string, string> = {};
let it: Console;

inBrowser(missing ?? 'the console in Chromium', () => {
  beforeAll(async () => {
    it = await openConsole();
  });
  afterAll(() => it?.close());
  afterEach(() => {
    it.site.pipeline.cloud.faults.clear();
    expect(it.complaints()).toEqual([]);
  });

  test('uploads an image, a video, a recording and a PDF, and shows how far each is', async () => {
    const { photo, video, song, report } = it.media;
    const rows = await it.upload(photo, video, song, report);
    for (const row of rows) await badgeSays(row, 'Completed');
    for (const [i, kind] of ['image', 'video', 'audio', 'document'].entries()) {
      const link = await rows[i]?.locator('a.row-title').getAttribute('href');
      jobs[kind] = link ?? '';
    }
    expect(new Set(Object.values(jobs)).size).toBe(4);
  });

  test('shows the pictures of an image with their sizes', async () => {
    await it.visit(jobs.image ?? '');
    const pictures = it.page.locator('.gallery img');
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
    const captions = await it.page.locator('.gallery figcaption').allTextContents();
    expect(captions[0]).toMatch(/^Small thumbnail\s*150 × 113 · JPEG/);
  });

  test('plays the HLS stream of a video, in the rendition that one chooses', async () => {
    await it.visit(jobs.video ?? '');
    const video = it.page.locator('video');
    const rendition = it.page.getByLabel('Rendition');
    await rendition.waitFor();
    await rendition.selectOption({ label: (await rendition.locator('option').allTextContents())[1] ?? '' });
    const source = await video.evaluate(
      (element) => (element as unknown as { currentSrc: string }).currentSrc,
    );
    expect(source).toMatch(/^blob:/);
    await video.evaluate((element) => (element as unknown as { play: () => Promise<void> }).play());
    await it.site.pipeline.until('the video to move', () =>
      video.evaluate((element) => (element as unknown as { currentTime: number }).currentTime > 1),
    );
    await it.page.getByText('playing 854 × 480').waitFor();
    await it.page.getByRole('button', { name: '720p MP4' }).click();
    await it.page.locator('video[src*="720p.mp4"]').waitFor();
  });

  test('plays the whole file where the stream cannot be read', async () => {
    await it.page.route('**/*.m4s*', (route) => route.fulfill({ status: 403 }));
    await it.visit(jobs.video ?? '');
    await it.page.getByText('The stream does not play here').waitFor();
    await it.page.locator('video[src*="720p.mp4"]').waitFor();
    await it.page.unrouteAll({ behavior: 'wait' });
    expect(it.complaints().every((text) => text.includes('.m4s'))).toBe(true);
  });

  test('plays a recording along its waveform', async () => {
    await it.visit(jobs.audio ?? '');
    await it.page.locator('.waveform .bars[d^="M"]').first().waitFor();
    await it.page.getByRole('button', { name: 'Play' }).click();
    const position = it.page.getByRole('slider', { name: 'Position' });
    await it.site.pipeline.until('the sound to move', async () => Number(await position.inputValue()) > 0.3);
    await position.fill('10');
    await it.site.pipeline.until('the jump', async () => Number(await position.inputValue()) >= 10);
    await it.page.getByRole('button', { name: 'Pause' }).click();
  });

  test('shows the pages of a PDF beside their text', async () => {
    await it.visit(jobs.document ?? '');
    const text = it.page.locator('.document pre');
    await text.waitFor();
    expect(await text.textContent()).toContain('Annual report');
    await it.page.getByRole('button', { name: 'Next page' }).click();
    await it.page.getByRole('img', { name: 'Page 2 as it looks' }).waitFor();
    expect(await text.textContent()).toContain('Forty thousand uploads');
  });

  test('shows text as text, whatever it looks like', async () => {
    const page = '<script>window.ran = true</script><img src=x onerror="window.ran = true">\n';
    const [row] = await it.upload(await it.media.save('notes.txt', page));
    if (!row) throw new Error('no row');
    await badgeSays(row, 'Completed');
    await it.openJob(row);
    const text = it.page.locator('.document pre');
    await text.waitFor();
    expect(await text.textContent()).toContain('onerror="window.ran = true"');
    expect(await it.page.evaluate('window.ran')).toBeUndefined();
  });

  test('takes what is dropped, but for empty files', async () => {
    await it.visit('/');
    await it.page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['a line of text'], 'dropped.txt'));
      dataTransfer.items.add(new File([], 'nothing.txt'));
      document.querySelector('.drop-zone').dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    }`);
    await it.page.getByText('Not uploaded, since empty: nothing.txt').waitFor();
    await badgeSays(it.page.locator('.row').filter({ hasText: 'dropped.txt' }), 'Completed');
  });

  test('sends a large file in parts, and says why it is rejected', async () => {
    const puts: string[] = [];
    it.page.on('request', (request) => {
      if (request.method() === 'PUT') puts.push(new URL(request.url()).searchParams.get('partNumber') ?? '');
    });
    const [row] = await it.upload(await it.media.large());
    if (!row) throw new Error('no row');
    await badgeSays(row, 'Rejected');
    expect(puts.sort()).toEqual(['1', '2', '3', '4', '5']);
    await it.openJob(row);
    expect(await it.page.locator('.error-card').textContent()).toMatch(/UnsupportedMediaType.*What to do:/s);
  });

  test('retries a failed job once its cause is mended', async () => {
    await uploadFailing('denied.jpg');
    for (const colorScheme of ['dark', 'light'] as const) {
      await it.page.emulateMedia({ colorScheme });
      expect(await seriousFindings(it.page)).toEqual([]);
    }
    expect(await it.page.locator('.error-card').textContent()).toMatch(
      /AccessDenied.*configuration.*What to do: Grant/s,
    );
    it.site.pipeline.cloud.faults.clear();
    await it.page.getByRole('button', { name: 'Retry' }).click();
    await it.page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await it.page.getByText('The job resumes where it failed').waitFor();
    await badgeSays(it.page.locator('.job-head'), 'Completed');
    expect(await it.page.locator('.timeline').textContent()).toContain('attempt 2');
  });

  test('says so where somebody else was faster', async () => {
    const jobId = await uploadFailing('race.jpg');
    it.site.pipeline.cloud.faults.clear();
    await it.page.getByRole('button', { name: 'Retry' }).click();
    expect(await seriousFindings(it.page)).toEqual([]);
    const headers = { 'x-development-identity': 'operator' };
    const url = `${it.site.api.url}/api/media/jobs/${jobId}`;
    expect((await fetch(url, { method: 'POST', headers })).status).toBe(202);
    await it.page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await it.page.getByText('Not possible any more').waitFor();
    // The browser's own words on every answer above 399.
    expect(it.complaints().join()).toMatch(/409/);
  });

  test('redrives dead letters after a dry run', async () => {
    await uploadFailing('letter.jpg');
    it.site.pipeline.cloud.faults.clear();
    await it.visit('/dead-letters');
    await it.page.getByRole('button', { name: 'Dry run' }).click();
    const row = it.page.getByRole('row').filter({ hasText: 'letter.jpg' });
    await badgeSays(row, 'would resume');
    await it.page.getByRole('button', { name: /^Redrive/ }).click();
    await it.page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click();
    await badgeSays(row, 'resumed');
    await row.getByRole('link').click();
    await badgeSays(it.page.locator('.job-head'), 'Completed');
  });

  test('moves its progress bar while a video is made, and cancels the job', async () => {
    const [row] = await it.upload(await it.media.long());
    if (!row) throw new Error('no row');
    await row.locator('a.row-title').waitFor();
    await it.openJob(row);
    const bar = it.page.locator('progress[value]');
    const seen: number[] = [];
    await it.site.pipeline.until('two steps of progress', async () => {
      const value = Number(await bar.getAttribute('value'));
      if (value !== seen.at(-1)) seen.push(value);
      return seen.length > 2;
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    await it.page.getByRole('button', { name: 'Cancel job' }).click();
    await it.page.getByRole('dialog').getByRole('button', { name: 'Cancel job' }).click();
    await badgeSays(it.page.locator('.job-head'), 'Cancelled');
  });

  test('shows a tenant nothing of others, and tells an offline user so', async () => {
    await it.visit('/jobs');
    await it.page.locator('.row').first().waitFor();
    await it.page.getByLabel('Acting as').selectOption('acme/ann');
    await it.page.getByText('No jobs yet').waitFor();
    await it.page.getByLabel('Acting as').selectOption('operator');
    await it.page.locator('.row').first().waitFor();
    await it.context.setOffline(true);
    await it.page.getByText('What you see is what was known before').waitFor();
    expect(await it.page.locator('.row').count()).toBeGreaterThan(0);
    await it.context.setOffline(false);
    await it.page.locator('.offline').waitFor({ state: 'detached' });
    expect(it.complaints().every((text) => text.includes('ERR_INTERNET_DISCONNECTED'))).toBe(true);
  });

  test('filters jobs, and keeps the filter in the address', async () => {
    await it.visit('/jobs');
    await it.page.getByLabel('Kind').selectOption('VIDEO');
    await it.page.getByLabel('Status').selectOption('COMPLETED');
    await it.page.waitForURL(/kind=VIDEO.*status=COMPLETED/);
    await it.page.getByText('product_tour.mp4').waitFor();
    expect(await it.page.locator('.row').count()).toBe(1);
    await it.page.goBack();
    await it.page.locator('.row').nth(1).waitFor();
  });

  test('is reached with the keyboard alone', async () => {
    await it.visit('/jobs');
    await it.page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await it.page.keyboard.press('Enter');
    await it.page.keyboard.press('Tab');
    expect(await focused()).toContain('All');
    await it.visit('/');
    await it.page.keyboard.press('Tab');
    await it.page.keyboard.press('Tab');
    await it.page.keyboard.press('Tab');
    await it.page.keyboard.press('Tab');
    await it.page.keyboard.press('Enter');
    await it.page.waitForURL(/\/jobs$/);
  });

  test.each(['image', 'video', 'audio', 'document', '/', '/jobs', '/statistics', '/dead-letters'])(
    'has no serious finding of axe in light and in dark, and fits a phone: %s',
    async (name) => {
      await it.visit(jobs[name] ?? name);
      await it.page.waitForLoadState('networkidle');
      for (const colorScheme of ['light', 'dark'] as const) {
        await it.page.emulateMedia({ colorScheme });
        expect(await seriousFindings(it.page)).toEqual([]);
      }
      await it.page.setViewportSize({ width: 390, height: 844 });
      expect(await it.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      await it.page.setViewportSize({ width: 1280, height: 900 });
    },
  );
});

/** Uploads a picture whose outputs may not be written, and goes to its job. */
async function uploadFailing(name: string): Promise<string> {
  it.site.pipeline.cloud.faults.add({
    service: 's3',
    action: 'PutObject',
    when: ({ bucket }) => bucket === RESOURCES.outputBucket,
    times: Number.POSITIVE_INFINITY,
    fault: 'deny',
  });
  const [row] = await it.upload(await it.media.copy(name));
  if (!row) throw new Error('no row');
  await badgeSays(row, 'Failed');
  const jobId = await it.openJob(row);
  // The dead letter follows the row.
  await it.site.pipeline.until('the dead letter', async () =>
    (await it.site.pipeline.jobs()).some((job) => job.jobId === jobId && job.notifiedAttempt === job.attempt),
  );
  return jobId;
}

const focused = () => it.page.evaluate('document.activeElement.textContent') as Promise<string>;
