import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { badgeSays, type Console, openConsole } from './pages.ts';

/** Where the manual's pictures are. */
const FOLDER = new URL('../../../docs/console/', import.meta.url).pathname;
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

/** Takes the pictures of docs/console: `node_modules/.bin/node tests/e2e/console/take-screenshots.ts`. */
async function takeScreenshots(tab: Console): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const { media, page } = tab;
  const files = [media.photo, media.video, media.song, media.report, await media.broken()];
  const rows = await tab.upload(...files);
  for (const row of rows.slice(0, 4)) await badgeSays(row, 'Completed');
  await rows[4]?.locator('.badge.rejected').waitFor();
  const links = await Promise.all(rows.map((row) => row.locator('a.row-title').getAttribute('href')));
  const [image = '', video = '', audio = '', document = ''] = links.map((link) => link ?? '');
  tab.refuseOutputs();
  const [failed] = await tab.upload(await media.copy('passport photo.jpg'), await media.copy('team.jpg'));
  if (!failed) throw new Error('no row');
  await badgeSays(failed, 'Failed');
  const failedJob = (await failed.locator('a.row-title').getAttribute('href')) ?? '';
  tab.site.pipeline.cloud.faults.clear();
  await interruptUpload(tab);
  // One that runs while the pictures are taken.
  await tab.upload(...files, await media.long());
  await page.locator('.row progress[value]').nth(1).waitFor();
  await shoot(tab, 'upload');
  for (const [name, path] of Object.entries({ jobs: '/jobs', 'jobs-grid': '/jobs?view=grid' })) {
    await tab.visit(path);
    await shootList(tab, name);
  }
  for (const [name, path] of Object.entries({ image, video, audio, document, failed: failedJob })) {
    await tab.visit(path);
    if (name === 'video') await pointAtTime(tab);
    await shoot(tab, `job-${name}`);
  }
  await page.mouse.move(0, 0);
  await tab.visit('/statistics');
  await shoot(tab, 'statistics');
  await tab.visit('/dead-letters');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByRole('table').waitFor();
  await shoot(tab, 'dead-letters');
  await tab.visit(failedJob);
  await page.getByRole('button', { name: 'Retry' }).click();
  await shoot(tab, 'retry');
  await page.setViewportSize(PHONE);
  for (const [name, path] of Object.entries(PHONE_PAGES(video))) {
    await tab.visit(path);
    await (name === 'jobs' ? shootList : shoot)(tab, `phone-${name}`);
  }
  await page.setViewportSize(DESK);
}

const PHONE_PAGES = (job: string) => ({ upload: '/', jobs: '/jobs', job, statistics: '/statistics' });

/** Leaves an upload that the next visit finds unfinished. */
async function interruptUpload(tab: Console): Promise<void> {
  const arrived = tab.page.waitForResponse((response) => response.url().includes('partNumber=3&'));
  await tab.page.route(/[?&]partNumber=[45]&/, () => undefined);
  await tab.upload(await tab.media.large());
  await arrived;
  tab.page.once('dialog', (dialog) => dialog.accept());
  await tab.visit('/');
  await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
}

/** Holds the pointer where the time bar shows a picture. */
async function pointAtTime({ page }: Console): Promise<void> {
  await page.getByLabel('Rendition').waitFor();
  const bar = await page.getByRole('slider', { name: 'Position' }).boundingBox();
  if (bar) await page.mouse.move(bar.x + bar.width * 0.6, bar.y + bar.height / 2);
}

/** The list on a screen that is as high as it: pictures out of sight are not loaded. */
async function shootList(tab: Console, name: string): Promise<void> {
  const { page } = tab;
  const before = page.viewportSize() ?? DESK;
  await page.locator('.jobs').waitFor();
  const height = (await page.evaluate('document.documentElement.scrollHeight')) as number;
  await page.setViewportSize({ ...before, height });
  await shoot(tab, name);
  await page.setViewportSize(before);
}

/** A picture in light and one in dark; with 256 colors a page needs a third of the bytes, and nobody sees it. */
async function shoot({ page }: Console, name: string): Promise<void> {
  await page.waitForTimeout(1500);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(500);
    const picture = await page.screenshot({ fullPage: name !== 'retry' });
    await sharp(picture)
      .png({ palette: true, colors: 256, effort: 9 })
      .toFile(join(FOLDER, `${name}-${colorScheme}.png`));
  }
}

const tab = await openConsole();
try {
  await takeScreenshots(tab);
} finally {
  await tab.close();
}
