import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { RESOURCES } from '../../../local/resources.ts';
import { seriousFindings } from './axe.ts';
import { inBrowser, tab } from './in-browser.ts';
import { badgeSays } from './pages.ts';

const SETTING = 'MAX_CONCURRENT_AUDIO_TASKS';
process.env[SETTING] = '1';
afterAll(() => {
  delete process.env[SETTING];
});

inBrowser('jobs that wait for a slot, in Chromium', () => {
  test('show their place in line while it changes, until their turn has come', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    tab.site.pipeline.cloud.faults.add({
      service: 's3',
      action: 'PutObject',
      when: ({ bucket, key = '' }) => bucket === RESOURCES.outputBucket && key.startsWith('tenants/'),
      times: Number.POSITIVE_INFINITY,
      fault: () => promise,
    });
    const { song } = tab.media;
    const [first, second, third] = await Promise.all(
      ['first.wav', 'second.wav', 'third.wav'].map(async (name) => {
        const copy = join(dirname(song), name);
        await copyFile(song, copy);
        return copy;
      }),
    );
    // One page load each, so that their order is known.
    const openedAs = async (file = '') => {
      const [row] = await tab.upload(file);
      if (!row) throw new Error('no row');
      await row.locator('a.row-title').waitFor();
      return tab.openJob(row);
    };
    await openedAs(first);
    await tab.page.getByText(/^(?:download|analyze|transcode|publish) · /).waitFor();
    const secondJob = await openedAs(second);
    await tab.page.getByText(/^First in line/).waitFor();
    const thirdJob = await openedAs(third);
    await tab.page.getByText(/^Second in line/).waitFor();
    expect(await seriousFindings(tab.page)).toEqual([]);

    await tab.visit('/statistics');
    const queue = tab.page.getByRole('row').filter({ hasText: 'Transcode audio' });
    await queue.waitFor();
    expect(await queue.getByRole('cell').allTextContents()).toEqual([
      '1 of 1',
      '1',
      '2',
      expect.stringMatching(/s$/),
    ]);
    expect(await tab.page.locator('.tiles').textContent()).toContain('2 waiting in line; 100%');
    expect(await seriousFindings(tab.page)).toEqual([]);

    await tab.visit(`/jobs/${thirdJob}`);
    await tab.page.getByText(/^Second in line/).waitFor();
    const headers = { 'x-development-identity': 'operator' };
    await fetch(`${tab.site.api.url}/api/media/jobs/${secondJob}`, { method: 'DELETE', headers });
    await tab.page.getByText(/^First in line/).waitFor();
    resolve();
    await badgeSays(tab.page.locator('.job-head'), 'Completed');
    expect(await tab.page.getByText(/in line/).count()).toBe(0);
  });
});
