import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { RESOURCES } from '../../../local/resources.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { tab } from '../console/in-browser.ts';

/** Enough rows for three screens. */
const COPIES = 30;

/** Fills the list: one upload of each kind, and before them as many pictures as make it long. */
export async function fillList(): Promise<void> {
  const { media, site } = tab;
  const small = await readFile(await media.copy('small.jpg'));
  const copies = Array.from({ length: COPIES }, (_, i) => uploadKey(`copy-${i}.jpg`));
  await process(copies, () => small);
  const files = [media.photo, media.video, media.song, media.report];
  const contents = new Map(
    await Promise.all(files.map(async (file) => [uploadKey(basename(file)), await readFile(file)] as const)),
  );
  await process([...contents.keys()], (key) => contents.get(key) ?? small);

  async function process(keys: string[], contentOf: (key: string) => Buffer) {
    for (const key of keys) await site.pipeline.upload(key, contentOf(key));
    await Promise.all(keys.map((key) => site.pipeline.ended(key)));
  }
}

export const rows = () => tab.page.locator('.jobs > li');
export const rowOf = (name: string) => rows().filter({ hasText: name });

/** Goes to the list and waits for its rows. */
export async function visitList(path = '/jobs'): Promise<void> {
  await tab.visit(path);
  await rows().first().waitFor();
}

/** Returns the jobs whose pictures are in sight. */
export const jobsInSight = () =>
  tab.page.evaluate(`[...document.querySelectorAll('.jobs > li')].flatMap((row) => {
    const { top, bottom } = row.querySelector('.job-picture').getBoundingClientRect();
    return bottom > 0 && top < innerHeight ? row.querySelector('a').pathname.split('/').at(-1) : [];
  })`) as Promise<string[]>;

/** Waits until every job in sight shows its picture; each of those uploaded here has one. */
export const picturesShown = () =>
  tab.site.pipeline.until(
    'the pictures in sight',
    () =>
      tab.page.evaluate(`[...document.querySelectorAll('.jobs > li')].every((row) => {
        const { top, bottom } = row.querySelector('.job-picture').getBoundingClientRect();
        return bottom <= 0 || top >= innerHeight || row.querySelector('img');
      })`) as Promise<boolean>,
  );

/** Records what the list costs from now on: requests for thumbnails, by job, and reads of manifests, by key. */
export function watchCosts() {
  const asked: string[] = [];
  const manifests: string[] = [];
  const { observers } = tab.site.pipeline.cloud.faults;
  const observe: Parameters<(typeof observers)['add']>[0] = ({ action, bucket, key }) => {
    if (action === 'GetObject' && bucket === RESOURCES.outputBucket && key.endsWith('manifest.json'))
      manifests.push(key);
  };
  observers.add(observe);
  const listen = (request: { url: () => string }) => {
    const job = /\/jobs\/([^/]+)\/thumbnail$/.exec(request.url())?.[1];
    if (job) asked.push(job);
  };
  let ended = 0;
  const end = (request: { url: () => string }) => {
    if (request.url().endsWith('/thumbnail')) ended += 1;
  };
  tab.page.on('request', listen);
  tab.page.on('requestfinished', end);
  return {
    asked,
    manifests,
    /** Waits until the pictures in sight are shown and nothing is on its way. */
    settled: async () => {
      await picturesShown();
      await tab.site.pipeline.until('the answers', async () => ended === asked.length);
    },
    stop: () => {
      observers.delete(observe);
      tab.page.off('request', listen);
      tab.page.off('requestfinished', end);
    },
  };
}
