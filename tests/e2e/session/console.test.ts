import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { expect, test } from '@jest/globals';
import { inBrowser, tab } from '../console/in-browser.ts';
import { badgeSays } from '../console/pages.ts';

/** What the table of a job's files says of one, and what its link gives. */
async function takeHome(name: string): Promise<Buffer> {
  await tab.page.getByText('All files').click();
  const row = tab.page.locator('.files tr').filter({ hasText: name });
  const link = await row.locator('a').getAttribute('href');
  const sha256 = await row.locator('code').getAttribute('title');
  const content = Buffer.from(await (await fetch(link ?? '')).arrayBuffer());
  expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
  return content;
}

inBrowser('a session of a newcomer, in Chromium', () => {
  test('uploads three files, finds each by its name, and takes the outputs home', async () => {
    const { photo, song, report } = tab.media;
    const uploads = [photo, song, report];
    for (const row of await tab.upload(...uploads)) await badgeSays(row, 'Completed');

    const wanted = [
      { find: 'Harbour', file: photo, output: 'thumb_medium', is: (bytes: Buffer) => bytes[0] === 0xff },
      { find: 'interv', file: song, output: 'audio.mp3', is: (bytes: Buffer) => bytes.length > 1000 },
      { find: 'annual', file: report, output: 'text.txt', is: (bytes: Buffer) => /came in/.test(`${bytes}`) },
    ];
    for (const { find, file, output, is } of wanted) {
      await tab.page.getByRole('link', { name: 'Jobs', exact: true }).first().click();
      const field = tab.page.getByLabel('File');
      await field.fill(find);
      await field.press('Enter');
      const rows = tab.page.locator('.jobs > li');
      const named = rows.filter({ hasText: basename(file).replaceAll(' ', '_') });
      await named.waitFor();
      await tab.site.pipeline.until('the others to leave the list', async () => (await rows.count()) === 1);
      await named.locator('img').waitFor();
      await tab.openJob(named);
      expect(is(await takeHome(output))).toBe(true);
    }
  });
});
