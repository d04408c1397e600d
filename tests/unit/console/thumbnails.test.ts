import { describe, expect, test } from '@jest/globals';
import { thumbnailLoader } from '../../../console/source/jobs/thumbnails.ts';
import type { Thumbnail } from '../../../contract/thumbnail-api.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));
const thumbnail = (jobId: string, validSeconds = 3600): Thumbnail => ({
  url: `https://s3/${jobId}`,
  contentType: 'image/jpeg',
  expiresAt: new Date(Date.now() + validSeconds * 1000).toISOString(),
});

/** A loader whose requests the test answers, and what rows have been shown. */
function setup(limit = 2) {
  const requests: { jobId: string; answer: (given?: Thumbnail) => void; fail: () => void }[] = [];
  const want = thumbnailLoader(
    (jobId) =>
      new Promise((resolve, reject) => {
        requests.push({ jobId, answer: resolve, fail: () => reject(new Error('unreachable')) });
      }),
    limit,
  );
  const shown: (string | undefined)[] = [];
  const row = (jobId: string, updatedAt = 'then', caller = 'ann') =>
    want(caller, { jobId, updatedAt }, (given) => shown.push(given?.url.slice('https://s3/'.length)));
  return { row, requests, shown, asked: () => requests.map(({ jobId }) => jobId) };
}

describe('the loader of thumbnails', () => {
  test('has so many requests at once, and the others in order', async () => {
    const { row, requests, asked } = setup();
    for (const jobId of ['a', 'b', 'c', 'd']) row(jobId);
    await settled();
    expect(asked()).toEqual(['a', 'b']);
    requests[1]?.answer();
    await settled();
    expect(asked()).toEqual(['a', 'b', 'c']);
    requests[0]?.fail();
    await settled();
    expect(asked()).toEqual(['a', 'b', 'c', 'd']);
  });

  test('drops those of rows that left sight before they began', async () => {
    const { row, requests, asked } = setup(1);
    row('a');
    row('b')();
    row('c');
    requests[0]?.answer();
    await settled();
    expect(asked()).toEqual(['a', 'c']);
  });

  test('keeps the answer for a row that left sight after its request began', async () => {
    const { row, requests, asked, shown } = setup();
    row('a')();
    requests[0]?.answer(thumbnail('a'));
    await settled();
    expect(shown).toEqual([]);
    row('a');
    await settled();
    expect(shown).toEqual(['a']);
    expect(asked()).toEqual(['a']);
  });

  test('asks once for two rows of a job, whether it has a thumbnail or not', async () => {
    const { row, requests, asked, shown } = setup();
    row('a');
    row('a');
    row('none');
    requests[0]?.answer(thumbnail('a'));
    await settled();
    requests[1]?.answer();
    await settled();
    row('none');
    await settled();
    expect(asked()).toEqual(['a', 'none']);
    expect(shown).toEqual(['a', 'a', undefined, undefined]);
  });

  test.each<[string, Parameters<ReturnType<typeof setup>['row']>]>([
    ['another version of the job', ['a', 'later']],
    ['another caller', ['a', 'then', 'bob']],
  ])('asks again for %s', async (_what, other) => {
    const { row, requests, asked } = setup();
    row('a');
    requests[0]?.answer(thumbnail('a'));
    await settled();
    row(...other);
    await settled();
    expect(asked()).toEqual(['a', 'a']);
  });

  test('asks again once the link has ended, and after a failure', async () => {
    const { row, requests, asked } = setup();
    row('ended');
    row('failed');
    requests[0]?.answer(thumbnail('ended', -1));
    requests[1]?.fail();
    await settled();
    row('ended');
    row('failed');
    await settled();
    expect(asked()).toEqual(['ended', 'failed', 'ended', 'failed']);
  });
});
