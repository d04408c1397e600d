import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
import { seriousFindings } from './axe.ts';
import { missingBrowser } from './browser.ts';
import { type Console, openConsole } from './pages.ts';

/** Filled before the first test of `inBrowser`. */
export const tab = {} as Console;

/** Tests with the console open in Chromium, each of which must leave no complaint in the browser's own console. Skipped, and said so, without one. */
export function inBrowser(name: string, tests: () => void): void {
  const missing = missingBrowser();
  if (missing) console.warn(missing);
  (missing ? describe.skip : describe)(missing ?? name, () => {
    beforeAll(async () => {
      Object.assign(tab, await openConsole());
    });
    afterAll(() => tab.close?.());
    afterEach(() => {
      tab.site.pipeline.cloud.faults.clear();
      expect(tab.complaints()).toEqual([]);
    });
    tests();
  });
}

/** Expects no serious finding of axe in light and in dark, and a page that fits a phone. */
export async function expectFitForAll(): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await tab.page.emulateMedia({ colorScheme });
    expect(await seriousFindings(tab.page)).toEqual([]);
  }
  await tab.page.setViewportSize({ width: 390, height: 844 });
  expect(await tab.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await tab.page.setViewportSize({ width: 1280, height: 900 });
}
