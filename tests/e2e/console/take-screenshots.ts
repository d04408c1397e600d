import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { RESOURCES } from '../../../local/resources.ts';
import { badgeSays, type Console, openConsole } from './pages.ts';

/** Where the manual's pictures are. */
const FOLDER = new URL('../../../docs/console/', import.meta.url).pathname;
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };

/** Takes the pictures of docs/console: `node tests/e2e/console/take-screenshots.ts`. */
async function takeScreenshots(it: Console): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const { media, page } = it;
  const files = [media.photo, media.video, media.song, media.report, await media.broken()];
  const rows = await it.upload(...files);
  for (const row of rows.slice(0, 4)) await badgeSays(row, 'Completed');
  await rows[4]?.locator('.badge.rejected').waitFor();
  const links = await Promise.all(rows.map((row) => row.locator('a.row-title').getAttribute('href')));
  const [image = '', video = '', audio = '', document = ''] = links.map((link) => link ?? '');
  it.site.pipeline.cloud.faults.add({
    service: 's3',
    action: 'PutObject',
    when: ({ bucket }) => bucket === RESOURCES.outputBucket,
    times: Number.POSITIVE_INFINITY,
    fault: 'deny',
  });
  const [failed] = await it.upload(await media.copy('passport photo.jpg'), await media.copy('team.jpg'));
  if (!failed) throw new Error('no row');
  await badgeSays(failed, 'Failed');
  const failedJob = (await failed.locator('a.row-title').getAttribute('href')) ?? '';
  it.site.pipeline.cloud.faults.clear();
  await interruptUpload(it);
  // One that runs while the pictures are taken.
  await it.upload(...files, await media.long());
  await page.locator('.row progress[value]').nth(1).waitFor();
  await shoot(it, 'upload');
  await it.visit('/jobs');
  await shoot(it, 'jobs');
  for (const [name, path] of Object.entries({ image, video, audio, document, failed: failedJob })) {
    await it.visit(path);
    if (name === 'video') await pointAtTime(it);
    await shoot(it, `job-${name}`);
  }
  await page.mouse.move(0, 0);
  await it.visit('/statistics');
  await shoot(it, 'statistics');
  await it.visit('/dead-letters');
  await page.getByRole('button', { name: 'Dry run' }).click();
  await page.getByRole('table').waitFor();
  await shoot(it, 'dead-letters');
  await it.visit(failedJob);
  await page.getByRole('button', { name: 'Retry' }).click();
  await shoot(it, 'retry');
  await page.setViewportSize(PHONE);
  for (const [name, path] of Object.entries(PHONE_PAGES(video))) {
    await it.visit(path);
    await shoot(it, `phone-${name}`);
  }
  await page.setViewportSize(DESK);
}

const PHONE_PAGES = (job: string) => ({ upload: '/', jobs: '/jobs', job, statistics: '/statistics' });

/** Leaves an upload that the next visit finds unfinished. */
async function interruptUpload(it: Console): Promise<void> {
  const arrived = it.page.waitForResponse((response) => response.url().includes('partNumber=3&'));
  await it.page.route(/[?&]partNumber=[45]&/, () => undefined);
  await it.upload(await it.media.large());
  await arrived;
  it.page.once('dialog', (dialog) => dialog.accept());
  await it.visit('/');
  await it.page.unrouteAll({ behavior: 'ignoreErrors' });
}

/** Holds the pointer where the time bar shows a picture. */
async function pointAtTime({ page }: Console): Promise<void> {
  await page.getByLabel('Rendition').waitFor();
  const bar = await page.getByRole('slider', { name: 'Position' }).boundingBox();
  if (bar) await page.mouse.move(bar.x + bar.width * 0.6, bar.y + bar.height / 2);
}

/** A picture in light and one in dark; with 256 colours a page needs a third of the bytes, and nobody sees it. */
async function shoot({ page }: Console, name: string): Promise<void> {
  await page.waitForTimeout(1500);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(500);
    const picture = await page.screenshot({ fullPage: name !== 'retry' });
    await sharp(picture)
      .png({ palette: true, colours: 256, effort: 9 })
      .toFile(join(FOLDER, `${name}-${colorScheme}.png`));
  }
}

const it = await openConsole();
try {
  await takeScreenshots(it);
} finally {
  await it.close();
}
