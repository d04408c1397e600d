import { expect, test } from '@jest/globals';
import { RESOURCES } from '../../../local/resources.ts';
import { seriousFindings } from './axe.ts';
import { inBrowser, it } from './in-browser.ts';
import { badgeSays } from './pages.ts';

inBrowser('jobs and what one does with them, in Chromium', () => {
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
    await it.page.getByLabel('Status').selectOption('CANCELLED');
    await it.page.waitForURL(/kind=VIDEO.*status=CANCELLED/);
    await it.page.getByText('long_talk.mp4').waitFor();
    expect(await it.page.locator('.row').count()).toBe(1);
    await it.page.goBack();
    await it.page.waitForURL(/kind=VIDEO$/);
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

  test.each(['/', '/jobs', '/statistics', '/dead-letters'])(
    'has no serious finding of axe in light and in dark, and fits a phone: %s',
    async (path) => {
      await it.visit(path);
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
