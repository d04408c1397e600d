import type { Locator } from 'playwright-core';
import { RESOURCES } from '../../../local/resources.ts';
import { openBrowser } from './browser.ts';
import { makeMedia } from './media.ts';
import { startSite } from './site.ts';

/** The product, a browser before it and files to upload: what every test of the console works with. */
export async function openConsole() {
  const [site, media] = await Promise.all([startSite(), makeMedia()]);
  const browser = await openBrowser();
  const { page } = browser;

  const visit = async (path: string) => {
    await page.goto(site.url + path);
    await page.locator('h1').waitFor();
  };

  return {
    ...browser,
    site,
    media,
    visit,

    /** Uploads files through the page, and gives the rows that show them, in the same order. */
    upload: async (...files: string[]): Promise<Locator[]> => {
      await visit('/');
      await page.setInputFiles('input[type=file]', files);
      return files.map((file) => page.locator('.row').filter({ hasText: file.split('/').at(-1) ?? '' }));
    },

    /** Goes to the page of a row's job, as a user does: by the link in the row. */
    openJob: async (row: Locator): Promise<string> => {
      await row.locator('a.row-title').click();
      await page.locator('.timeline').waitFor();
      return page.url().split('/').at(-1) ?? '';
    },

    /** Lets no output be written, so that jobs fail, until the faults are cleared. */
    refuseOutputs: () => {
      site.pipeline.cloud.faults.add({
        service: 's3',
        action: 'PutObject',
        when: ({ bucket, key = '' }) => bucket === RESOURCES.outputBucket && key.startsWith('tenants/'),
        times: Number.POSITIVE_INFINITY,
        fault: 'deny',
      });
    },

    close: async () => {
      await browser.close();
      await media.remove();
      await site.stop();
    },
  };
}
export type Console = Awaited<ReturnType<typeof openConsole>>;

/** Waits until a badge says so. */
export async function badgeSays(scope: Locator, text: string): Promise<void> {
  await scope.locator('.badge', { hasText: text }).first().waitFor();
}
