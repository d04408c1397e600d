import { expect, test } from '@jest/globals';
import { seriousFindings } from './axe.ts';
import { expectFitForAll, inBrowser, tab } from './in-browser.ts';
import { badgeSays } from './pages.ts';

inBrowser('jobs and what one does with them, in Chromium', () => {
  test('retries a failed job once its cause is mended', async () => {
    await uploadFailing('denied.jpg');
    for (const colorScheme of ['dark', 'light'] as const) {
      await tab.page.emulateMedia({ colorScheme });
      expect(await seriousFindings(tab.page)).toEqual([]);
    }
    expect(await tab.page.locator('.error-card').textContent()).toMatch(
      /AccessDenied.*configuration.*What to do: Grant/s,
    );
    tab.site.pipeline.cloud.faults.clear();
    await tab.page.getByRole('button', { name: 'Retry' }).click();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await tab.page.getByText('The job resumes where it failed').waitFor();
    await badgeSays(tab.page.locator('.job-head'), 'Completed');
    expect(await tab.page.locator('.timeline').textContent()).toContain('attempt 2');
  });

  test('says so where somebody else was faster', async () => {
    const jobId = await uploadFailing('race.jpg');
    tab.site.pipeline.cloud.faults.clear();
    await tab.page.getByRole('button', { name: 'Retry' }).click();
    expect(await seriousFindings(tab.page)).toEqual([]);
    const headers = { 'x-development-identity': 'operator' };
    const url = `${tab.site.api.url}/api/media/jobs/${jobId}`;
    expect((await fetch(url, { method: 'POST', headers })).status).toBe(202);
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click();
    await tab.page.getByText('No longer possible').waitFor();
    // The browser's own words on every answer above 399.
    expect(tab.complaints().join()).toMatch(/409/);
  });

  test('redrives dead letters after a dry run', async () => {
    await uploadFailing('letter.jpg');
    tab.site.pipeline.cloud.faults.clear();
    await tab.visit('/dead-letters');
    await tab.page.getByRole('button', { name: 'Dry run' }).click();
    const row = tab.page.getByRole('row').filter({ hasText: 'letter.jpg' });
    await badgeSays(row, 'would resume');
    await tab.page.getByRole('button', { name: /^Redrive/ }).click();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Redrive' }).click();
    await badgeSays(row, 'resumed');
    await row.getByRole('link').click();
    await badgeSays(tab.page.locator('.job-head'), 'Completed');
  });

  test('moves its progress bar while a video is made, and cancels the job', async () => {
    const [row] = await tab.upload(await tab.media.long());
    if (!row) throw new Error('no row');
    await row.locator('a.row-title').waitFor();
    await tab.openJob(row);
    const bar = tab.page.locator('progress[value]');
    const seen: number[] = [];
    await tab.site.pipeline.until('two steps of progress', async () => {
      const value = Number(await bar.getAttribute('value'));
      if (value !== seen.at(-1)) seen.push(value);
      return seen.length > 2;
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    await tab.page.getByRole('button', { name: 'Cancel job' }).click();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Cancel job' }).click();
    await badgeSays(tab.page.locator('.job-head'), 'Cancelled');
  });

  test('shows a tenant nothing of others, and tells an offline user so', async () => {
    await tab.visit('/jobs');
    await tab.page.locator('.row').first().waitFor();
    await tab.page.getByLabel('Acting as').selectOption('acme/ann');
    await tab.page.getByText('No jobs yet').waitFor();
    await tab.page.getByLabel('Acting as').selectOption('operator');
    await tab.page.locator('.row').first().waitFor();
    await tab.context.setOffline(true);
    await tab.page.getByText('The data shown may be out of date').waitFor();
    expect(await tab.page.locator('.row').count()).toBeGreaterThan(0);
    await tab.context.setOffline(false);
    await tab.page.locator('.offline').waitFor({ state: 'detached' });
    expect(tab.complaints().every((text) => text.includes('ERR_INTERNET_DISCONNECTED'))).toBe(true);
  });

  test('filters jobs, and keeps the filter in the address', async () => {
    await tab.visit('/jobs');
    await tab.page.getByLabel('Kind').selectOption('VIDEO');
    await tab.page.getByLabel('Status').selectOption('CANCELLED');
    await tab.page.waitForURL(/kind=VIDEO.*status=CANCELLED/);
    await tab.page.getByText('long_talk.mp4').waitFor();
    expect(await tab.page.locator('.row').count()).toBe(1);
    await tab.page.goBack();
    await tab.page.waitForURL(/kind=VIDEO$/);
    await tab.page.goBack();
    await tab.page.locator('.row').nth(1).waitFor();
  });

  test('finds a file by the beginning of its name, and by its key', async () => {
    await tab.visit('/jobs');
    const field = tab.page.getByLabel('File');
    await field.fill('LONG_t');
    await field.press('Enter');
    await tab.page.waitForURL(/fileName=LONG_t$/);
    await tab.page.getByText('long_talk.mp4').waitFor();
    expect(await tab.page.locator('.row').count()).toBe(1);
    const { key } = (await tab.site.pipeline.jobs()).find((job) => job.key.endsWith('letter.jpg')) ?? {
      key: '',
    };
    await field.fill(key);
    await field.press('Enter');
    await tab.page.getByText('letter.jpg').first().waitFor();
    expect(await tab.page.locator('.row').count()).toBe(1);
    await field.fill('nothing of that name');
    await field.press('Enter');
    await tab.page.getByText('No matching jobs').waitFor();
  });

  test('is reached with the keyboard alone', async () => {
    await tab.visit('/jobs');
    await tab.page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to content');
    await tab.page.keyboard.press('Enter');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Tab');
    expect(await focused()).toContain('All');
    await tab.visit('/');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Tab');
    await tab.page.keyboard.press('Enter');
    await tab.page.waitForURL(/\/jobs$/);
  });

  test.each(['/', '/jobs', '/profiles', '/statistics', '/dead-letters'])(
    'has no serious finding of axe in light and in dark, and fits a phone: %s',
    async (path) => {
      await tab.visit(path);
      await tab.page.waitForLoadState('networkidle');
      await expectFitForAll();
    },
  );
});

/** Uploads a picture whose outputs may not be written, and goes to its job. */
async function uploadFailing(name: string): Promise<string> {
  tab.refuseOutputs();
  const [row] = await tab.upload(await tab.media.copy(name));
  if (!row) throw new Error('no row');
  await badgeSays(row, 'Failed');
  const jobId = await tab.openJob(row);
  // The dead letter follows the row.
  await tab.site.pipeline.until('the dead letter', async () =>
    (await tab.site.pipeline.jobs()).some(
      (job) => job.jobId === jobId && job.notifiedAttempt === job.attempt,
    ),
  );
  return jobId;
}

const focused = () => tab.page.evaluate('document.activeElement.textContent') as Promise<string>;
