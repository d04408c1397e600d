import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { missingBrowser } from './browser.ts';
import { badgeSays, type Console, openConsole } from './pages.ts';

const missing = missingBrowser();
if (missing) console.warn(missing);
const inBrowser = missing ? describe.skip : describe;

// A busy machine takes its time over real media.
jest.setTimeout(120_000);

let it: Console;

inBrowser(missing ?? 'uploads, in Chromium', () => {
  beforeAll(async () => {
    it = await openConsole();
  });
  afterAll(() => it?.close());
  afterEach(() => {
    it.site.pipeline.cloud.faults.clear();
    expect(it.complaints()).toEqual([]);
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
});
