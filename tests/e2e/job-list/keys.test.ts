import { expect, test } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL } from '../../support/stand-in-worker.ts';
import { seriousFindings } from '../console/axe.ts';
import { inBrowser, tab } from '../console/in-browser.ts';
import { badgeSays } from '../console/pages.ts';
import { fillList, rowOf, rows, visitList } from './listed.ts';

const press = async (...keys: string[]) => {
  for (const key of keys) await tab.page.keyboard.press(key);
};
const selected = () => tab.page.locator('.jobs > li[aria-current]');
const nameAt = async (i: number) => (await rows().nth(i).locator('a').textContent()) ?? '';
const hasFocus = (locator: Locator) =>
  locator.evaluate(
    (element: { ownerDocument: { activeElement: unknown } }) =>
      element.ownerDocument.activeElement === element,
  );
/** The name of the selected job, which has the focus and is the one stop of the Tab key. */
async function selectedName(): Promise<string | null> {
  expect(await selected().count()).toBe(1);
  const link = selected().locator('a');
  expect(await hasFocus(link)).toBe(true);
  expect(await tab.page.locator('.jobs a[tabindex="0"]').count()).toBe(1);
  expect(await link.getAttribute('tabindex')).toBe('0');
  return link.textContent();
}
const dialog = () => tab.page.getByRole('dialog');
const scrolled = () => tab.page.evaluate('scrollY') as Promise<number>;

inBrowser('the keys of the job list, in Chromium', () => {
  test('j and k move the selection, and stop at the ends', async () => {
    await fillList();
    await visitList();
    expect(await selected().count()).toBe(0);
    await press('j');
    expect(await selectedName()).toBe(await nameAt(0));
    await press('k');
    expect(await selectedName()).toBe(await nameAt(0));
    await press('j', 'j');
    expect(await selectedName()).toBe(await nameAt(2));
    await press('k');
    expect(await selectedName()).toBe(await nameAt(1));
    await press('ArrowDown', 'ArrowDown', 'ArrowUp');
    expect(await selectedName()).toBe(await nameAt(2));
    expect(await seriousFindings(tab.page)).toEqual([]);
    const count = await rows().count();
    await press(...Array.from({ length: count }, () => 'j'));
    expect(await selectedName()).toBe(await nameAt(count - 1));
    const { y = 0, height = 0 } = (await selected().boundingBox()) ?? {};
    expect([y > 0, y + height < 900]).toEqual([true, true]);
  });

  test('Enter opens the job, and Back returns to the same place without a reload', async () => {
    await visitList();
    await tab.page.evaluate('window.isTheSame = true');
    await press(...Array.from({ length: 20 }, () => 'j'));
    const [name, place] = [await selectedName(), await scrolled()];
    expect(place).toBeGreaterThan(500);
    await press('Enter');
    await tab.page.locator('.timeline').waitFor();
    expect(await tab.page.locator('h1').textContent()).toBe(name);
    const list = tab.page.waitForResponse(/\/api\/media\/jobs\?/);
    await tab.page.goBack();
    await selected().waitFor();
    expect(await scrolled()).toBe(place);
    // The newer list takes the place of the one that was kept.
    await (await list).finished();
    await tab.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    expect([await selectedName(), await scrolled()]).toEqual([name, place]);
    expect(await tab.page.evaluate('window.isTheSame')).toBe(true);
    await press('j');
    expect(await selectedName()).toBe(await nameAt(20));
    const further = await scrolled();
    // Where the focus is on nothing, too.
    await tab.page.evaluate('document.activeElement.blur()');
    await press('Enter');
    await tab.page.locator('.timeline').waitFor();
    await tab.page.locator('.crumbs a').click();
    await selected().waitFor();
    expect([await selectedName(), await scrolled()]).toEqual([await nameAt(20), further]);
    // Who came from elsewhere gets the list from its beginning.
    await tab.visit((await selected().locator('a').getAttribute('href')) ?? '');
    await tab.page.locator('.crumbs a').click();
    await rows().first().waitFor();
    expect([await selected().count(), await scrolled()]).toEqual([0, 0]);
  });

  test('arrows move through the grid in both directions', async () => {
    await visitList('/jobs?view=grid');
    const columns = (await tab.page.evaluate(
      `getComputedStyle(document.querySelector('.cards')).gridTemplateColumns.split(' ').length`,
    )) as number;
    expect(columns).toBeGreaterThan(2);
    await press('j', 'ArrowRight');
    expect(await selectedName()).toBe(await nameAt(1));
    await press('ArrowDown');
    expect(await selectedName()).toBe(await nameAt(1 + columns));
    await press('ArrowLeft');
    expect(await selectedName()).toBe(await nameAt(columns));
    await press('ArrowUp');
    expect(await selectedName()).toBe(await nameAt(0));
    await press('ArrowUp');
    expect(await selectedName()).toBe(await nameAt(0));
  });

  test('r retries a failed job and no other, after the question of the button', async () => {
    tab.refuseOutputs();
    const key = uploadKey('refused.png');
    await tab.site.pipeline.upload(key, PIXEL);
    await tab.site.pipeline.ended(key);
    tab.site.pipeline.cloud.faults.clear();
    await visitList('/jobs?view=list');
    await press('j', 'r');
    await dialog().getByText('Retry this job?').waitFor();
    expect(await seriousFindings(tab.page)).toEqual([]);
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    expect(await selectedName()).toBe('refused.png');
    await press('c');
    await press('r');
    await dialog().getByRole('button', { name: 'Back' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(await selectedName()).toBe('refused.png');
    await badgeSays(rowOf('refused.png'), 'Failed');
    await press('r');
    await dialog().getByRole('button', { name: 'Retry' }).click();
    await tab.page.getByText('The job resumes where it failed').waitFor();
    await badgeSays(rowOf('refused.png'), 'Completed');
    expect(await selectedName()).toBe('refused.png');
    await press('r', 'c');
    expect(await dialog().count()).toBe(0);
  });

  test('c cancels a running job, after the question of the button', async () => {
    const [row] = await tab.upload(await tab.media.long());
    await row?.locator('a.row-title').waitFor();
    await visitList();
    await rowOf('long_talk.mp4').locator('.badge.processing').waitFor();
    await press('j', 'r');
    expect(await dialog().count()).toBe(0);
    await press('c');
    await dialog().getByRole('button', { name: 'Cancel job' }).click();
    await badgeSays(rowOf('long_talk.mp4'), 'Cancelled');
  });

  test('/ goes to the search, in which letters are text; Escape leaves it', async () => {
    await visitList();
    await press('/');
    const field = tab.page.getByLabel('File');
    expect(await hasFocus(field)).toBe(true);
    await tab.page.keyboard.type('copy-1jkrc/?');
    expect([await field.inputValue(), await dialog().count(), await selected().count()]).toEqual([
      'copy-1jkrc/?',
      0,
      0,
    ]);
    await field.fill('copy-1');
    await press('Enter');
    await tab.page.waitForURL(/fileName=copy-1$/);
    await tab.site.pipeline.until('the matches', async () => (await rows().count()) === 11);
    await press('Escape', 'j');
    expect(await selectedName()).toBe(await nameAt(0));
    expect(await field.inputValue()).toBe('copy-1');
  });

  test('keys with a modifier belong to the browser', async () => {
    await visitList();
    await press('Alt+j', 'Control+j', 'Meta+j', 'Shift+J');
    expect(await selected().count()).toBe(0);
    await press('j');
    expect(await selectedName()).toBe(await nameAt(0));
  });

  test('? shows the keys, among them the choice to turn the letters off', async () => {
    await visitList();
    await press('?');
    await dialog().getByText('Next job').waitFor();
    expect(await seriousFindings(tab.page)).toEqual([]);
    await press('j');
    expect(await selected().count()).toBe(0);
    await dialog().getByRole('checkbox').uncheck();
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await press('j', '?', '/');
    expect([await selected().count(), await dialog().count()]).toEqual([0, 0]);
    await tab.page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
    await dialog().getByRole('checkbox').check();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await press('j');
    expect(await selectedName()).toBe(await nameAt(0));
  });
});
