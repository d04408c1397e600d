import { expect, test } from '@jest/globals';
import type { Response } from 'playwright-core';
import { seriousFindings } from './axe.ts';
import { inBrowser, tab } from './in-browser.ts';
import { badgeSays } from './pages.ts';

inBrowser('uploads, in Chromium', () => {
  test('takes what is dropped, but for empty files', async () => {
    await tab.visit('/');
    await tab.page.evaluate(`{
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['a line of text'], 'dropped.txt'));
      dataTransfer.items.add(new File([], 'nothing.txt'));
      document.querySelector('.drop-zone').dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    }`);
    await tab.page.getByText('Empty files were not uploaded: nothing.txt').waitFor();
    await badgeSays(tab.page.locator('.row').filter({ hasText: 'dropped.txt' }), 'Completed');
  });

  test('sends a large file in parts, and says why it is rejected', async () => {
    const puts: string[] = [];
    tab.page.on('request', (request) => {
      if (request.method() === 'PUT') puts.push(new URL(request.url()).searchParams.get('partNumber') ?? '');
    });
    const [row] = await tab.upload(await tab.media.large());
    if (!row) throw new Error('no row');
    await badgeSays(row, 'Rejected');
    expect(puts.sort()).toEqual(['1', '2', '3', '4', '5']);
    await tab.openJob(row);
    expect(await tab.page.locator('.error-card').textContent()).toMatch(/CorruptMedia.*What to do:/s);
  });

  test('refuses a file of no type that is taken before a byte of it is sent, and says what would be', async () => {
    const sent: string[] = [];
    tab.page.on('request', (request) => {
      if (request.method() === 'PUT' || request.url().endsWith('/uploads')) sent.push(request.method());
    });
    const [row] = await tab.upload(await tab.media.unknown());
    if (!row) throw new Error('no row');
    await row.getByText(/Expected JPEG, .* its content is of no known type/).waitFor();
    expect(sent).toEqual(['POST']);
    expect(tab.complaints().join()).toMatch(/422/);
  });

  test('goes on with a large file after the page was reloaded in the middle of it', async () => {
    const file = await tab.media.large();
    await interrupted(file);
    const row = tab.page.locator('.row').filter({ hasText: 'disk image.bin' });
    await row.getByText('50.3 MB of 70.0 MB uploaded').waitFor();
    expect(await seriousFindings(tab.page)).toEqual([]);
    const again = row.locator('input[type=file]');
    await again.setInputFiles(tab.media.photo);
    await row.getByText('got another file: harbour at dusk.jpg').waitFor();
    const puts = partsSent();
    await again.setInputFiles(file);
    await badgeSays(row, 'Rejected');
    expect(puts).toEqual(['4', '5']);
    expect(await tab.page.getByText('Unfinished uploads').count()).toBe(0);
    const [job] = (await tab.site.pipeline.jobs()).filter(({ key }) => key.includes('disk_image')).slice(-1);
    expect(job?.size).toBe(70_000_000);
  });

  test('leaves nothing of an upload that was given up after a reload, and shows it to nobody else', async () => {
    const file = await tab.media.large();
    await interrupted(file);
    const row = tab.page.locator('.row').filter({ hasText: 'disk image.bin' });
    await row.waitFor();
    const [{ uploadId }] = (await tab.page.evaluate(
      "JSON.parse(localStorage.getItem('media-pipeline.uploads'))",
    )) as [{ uploadId: string }];
    const headers = { 'x-development-identity': 'operator' };
    const upload = () => fetch(`${tab.site.api.url}/api/media/uploads/${uploadId}`, { headers });
    expect((await upload()).status).toBe(200);
    await tab.page.getByLabel('Acting as').selectOption('acme/ann');
    await row.waitFor({ state: 'detached' });
    await tab.page.getByLabel('Acting as').selectOption('operator');
    const other = await tab.context.newPage();
    await other.goto(tab.site.url);
    await other.locator('.row').filter({ hasText: 'disk image.bin' }).waitFor();
    await row.getByRole('button', { name: 'Discard' }).click();
    await row.waitFor({ state: 'detached' });
    // The other window hears of it.
    await other.locator('.row').filter({ hasText: 'disk image.bin' }).waitFor({ state: 'detached' });
    await other.close();
    await tab.site.pipeline.until('the end of the upload', async () => (await upload()).status === 404);
  });

  test('leaves to another window what that is at work on, until it crashes', async () => {
    const file = await tab.media.large();
    const other = await tab.context.newPage();
    await other.route(/[?&]partNumber=[45]&/, () => undefined);
    await other.goto(tab.site.url);
    const arrived = other.waitForResponse((response) => response.url().includes('partNumber=3&'));
    await other.setInputFiles('input[type=file]', file);
    await arrived;
    const [row] = await tab.upload(file);
    await row?.getByText('This file is already being uploaded').waitFor();
    await tab.page.reload();
    await tab.page.locator('h1').waitFor();
    await tab.page.waitForTimeout(500);
    expect(await tab.page.getByText('Unfinished uploads').count()).toBe(0);
    await other.goto('chrome://crash').catch(() => undefined);
    // The page that is open hears of it.
    await tab.page.getByText('Unfinished uploads').waitFor();
    await row?.getByRole('button', { name: 'Discard' }).click();
    await row?.waitFor({ state: 'detached' });
  });
});

/** Numbers of the parts that the page sends from now on, in their order. */
function partsSent(): string[] {
  const puts: string[] = [];
  tab.page.on('request', (request) => {
    if (request.method() === 'PUT') puts.push(new URL(request.url()).searchParams.get('partNumber') ?? '');
    puts.sort();
  });
  return puts;
}

/** Begins the upload of a file of five parts, and loads the page again when three have arrived. */
async function interrupted(file: string): Promise<void> {
  let arrived = 0;
  const count = (response: Response) => {
    if (response.request().method() === 'PUT' && response.ok()) arrived++;
  };
  tab.page.on('response', count);
  // The last two never get through.
  await tab.page.route(/[?&]partNumber=[45]&/, () => undefined);
  await tab.upload(file);
  await tab.site.pipeline.until('three parts', async () => arrived === 3);
  tab.page.off('response', count);
  tab.page.once('dialog', (dialog) => dialog.accept());
  await tab.page.reload();
  await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
  await tab.page.getByText('Unfinished uploads').waitFor();
}
