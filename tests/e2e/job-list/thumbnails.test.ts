import { expect, test } from '@jest/globals';
import type { Route } from 'playwright-core';
import { expectFitForAll, inBrowser, tab } from '../console/in-browser.ts';
import { fillList, jobsInSight, picturesShown, rowOf, rows, visitList, watchCosts } from './listed.ts';

const unique = <T>(values: readonly T[]) => [...new Set(values)].sort();

inBrowser('thumbnails in the job list, in Chromium', () => {
  test('cost one read of the manifest for each row in sight, once, and none for the others', async () => {
    await fillList();
    const costs = watchCosts();
    await visitList();
    await costs.settled();
    const first = await jobsInSight();
    expect(first.length).toBeLessThan((await rows().count()) / 2);
    expect(costs.asked.toSorted()).toEqual(first.toSorted());
    const keys = new Map(
      (await tab.site.pipeline.jobs()).map(({ jobId, manifestKey }) => [jobId, manifestKey]),
    );
    expect(costs.manifests.toSorted()).toEqual(first.map((job) => keys.get(job)).sort());

    await tab.page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await costs.settled();
    const last = await jobsInSight();
    expect(costs.asked).toEqual(expect.arrayContaining(last));
    const spent = costs.asked.length;
    expect(spent).toBeGreaterThan(first.length);

    // Back up, as cards, and after the page was loaded again.
    await tab.page.evaluate('scrollTo(0, 0)');
    await tab.page.getByRole('button', { name: 'Grid' }).click();
    await tab.page.locator('.jobs.cards').waitFor();
    await costs.settled();
    await tab.page.getByRole('button', { name: 'List' }).click();
    await costs.settled();
    expect(unique(costs.asked)).toEqual(costs.asked.toSorted());
    const read = costs.manifests.length;
    expect(read).toBe(costs.asked.length);
    await visitList('/jobs?view=list');
    await costs.settled();
    expect(costs.asked.length).toBeGreaterThan(read);
    expect(costs.manifests).toHaveLength(read);
    costs.stop();
  });

  test.each([
    ['an image', 'harbour at dusk.jpg'],
    ['a video', 'product tour.mp4'],
    ['a recording', 'interview.wav'],
    ['a document', 'annual report.pdf'],
  ])('show %s in a box of its own size', async (_kind, name) => {
    await visitList('/jobs?view=list');
    const picture = rowOf(name).getByRole('img', { name: `Preview of ${name}` });
    await picture.waitFor();
    await tab.site.pipeline.until('the picture', () =>
      picture.evaluate(
        (image: { complete: boolean; naturalWidth: number }) => image.complete && image.naturalWidth > 1,
      ),
    );
    expect(await picture.boundingBox()).toMatchObject({ width: 64, height: 48 });
  });

  test('are asked for four at a time, and not for rows that have left sight by then', async () => {
    const held: Route[] = [];
    const asked: string[] = [];
    let open = false;
    let most = 0;
    await tab.page.route('**/thumbnail', async (route) => {
      asked.push(route.request().url().split('/').at(-2) ?? '');
      if (open) return route.continue();
      held.push(route);
      most = Math.max(most, held.length);
    });
    await visitList('/jobs?view=list');
    await tab.site.pipeline.until('four requests', async () => held.length >= 4);
    const first = await jobsInSight();
    expect(first.length).toBeGreaterThan(4);
    await tab.page.evaluate('scrollTo(0, document.body.scrollHeight)');
    await tab.site.pipeline.until('the last rows', async () =>
      (await jobsInSight()).every((job) => !first.includes(job)),
    );
    // What is in sight is told with the next frames.
    await tab.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
    const last = await jobsInSight();
    open = true;
    for (const route of held) await route.continue();
    await picturesShown();
    await tab.page.unrouteAll({ behavior: 'wait' });
    expect(most).toBe(4);
    expect(asked.filter((job) => first.includes(job))).toEqual(first.slice(0, 4));
    expect(asked).toEqual(expect.arrayContaining(last));
  });

  test('give way to the icon of the kind where the link is broken', async () => {
    await tab.page.route(/harbour.*_thumb_small/, (route) =>
      route.fulfill({ status: 200, body: 'no picture' }),
    );
    const broken = tab.page.waitForResponse(/harbour.*_thumb_small/);
    await visitList('/jobs?view=list');
    await broken;
    await rowOf('harbour').locator('.job-picture svg').waitFor();
    expect(await rowOf('harbour').locator('img').count()).toBe(0);
    await tab.page.unrouteAll({ behavior: 'wait' });
  });

  test('make a grid, which the address names and the browser remembers', async () => {
    await visitList('/jobs?kind=IMAGE');
    await tab.page.getByRole('button', { name: 'Grid' }).click();
    await tab.page.waitForURL(/kind=IMAGE&view=grid$/);
    const card = tab.page.locator('.job-card').filter({ hasText: 'harbour' });
    await card.getByRole('img', { name: 'Preview of harbour at dusk.jpg' }).waitFor();
    expect(await card.textContent()).toContain('Completed');
    await tab.page.getByLabel('Kind').selectOption('VIDEO');
    await tab.page.waitForURL(/kind=VIDEO&view=grid$/);
    await visitList();
    await tab.page.locator('.job-card').nth(10).waitFor();
    await expectFitForAll();
    await visitList('/jobs?view=list');
    await tab.page.locator('.jobs.rows').waitFor();
    await tab.page.getByRole('button', { name: 'List' }).click();
    await visitList();
    await tab.page.locator('.jobs.rows').waitFor();
  });
});
