import { afterAll, afterEach, beforeAll, describe, expect } from '@jest/globals';
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
