import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

/** Debian's own Chromium; it decodes H.264 and AAC, which Playwright's build does not. */
const CHROMIUM = '/usr/bin/chromium';
const OPTIONS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** Why the browser's tests cannot run here, or undefined where they can. */
export function missingBrowser(): string | undefined {
  return existsSync(CHROMIUM) ? undefined : `SKIPPED: ${CHROMIUM} is not there; apt-get install chromium`;
}

/** A browser with a profile of its own, and what its console has complained of. */
export async function openBrowser({ width = 1280, height = 900 } = {}) {
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'));
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    args: OPTIONS,
    viewport: { width, height },
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  // A busy machine takes its time over real media: as long as half a test may last.
  context.setDefaultTimeout(120_000);
  const complaints: string[] = [];
  const listen = (page: Page) => {
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        complaints.push(`${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  };
  context.on('page', listen);
  for (const page of context.pages()) listen(page);
  return {
    context,
    page: context.pages()[0] ?? (await context.newPage()),
    /** Errors and warnings so far; gives them out once. */
    complaints: () => complaints.splice(0),
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
export type Browser = Awaited<ReturnType<typeof openBrowser>>;
