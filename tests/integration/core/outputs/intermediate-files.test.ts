import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ObjectStore } from '../../../../core/aws/object-store.ts';
import { ObjectVersions } from '../../../../core/aws/object-versions.ts';
import { IntermediateFiles } from '../../../../core/outputs/intermediate-files.ts';
import { RESOURCES } from '../../../../local/resources.ts';
import { setup } from '../../../support/local-cloud.ts';

const bucket = RESOURCES.outputBucket;
const order = { jobId: 'job_a', executionArn: 'arn:aws:states:us-east-1:000000000000:execution:m:one' };

let local: Awaited<ReturnType<typeof setup>>;
let directory: string;
let objects: ObjectStore;
let versions: ObjectVersions;
beforeAll(async () => {
  local = await setup();
  directory = await mkdtemp(join(tmpdir(), 'intermediate-'));
  objects = new ObjectStore(local.clients.s3);
  versions = new ObjectVersions(local.clients.s3);
});
afterAll(async () => {
  await local?.end();
  await rm(directory, { recursive: true, force: true });
});

const filesOf = (more: Partial<typeof order> = {}) =>
  new IntermediateFiles({ objects, versions, outputBucket: bucket }, { ...order, ...more });
const keys = async () => (await versions.list(bucket, 'intermediate/')).map(({ key }) => key).sort();

describe('intermediate files', () => {
  test('are written from memory or a file, read, and downloaded, by names with slashes', async () => {
    const files = filesOf();
    const source = join(directory, 'source');
    await writeFile(source, Buffer.alloc(9 * 1024 * 1024, 'x'));
    await files.write('plan.json', Buffer.from('{}'));
    await files.write('chunks/3/video.mp4', { file: source });
    await files.write('empty', Buffer.alloc(0));
    expect(String(await files.read('plan.json'))).toBe('{}');
    expect(await files.read('none')).toBeUndefined();
    const target = join(directory, 'target');
    await files.download('chunks/3/video.mp4', target);
    expect((await readFile(target)).equals(await readFile(source))).toBe(true);
    await files.download('empty', target);
    expect((await stat(target)).size).toBe(0);
    expect((await keys())[0]).toMatch(/^intermediate\/job_a\/[0-9a-f]{16}\/chunks\/3\/video\.mp4$/);
  });

  test('that are not there are named', async () => {
    const download = filesOf().download('chunks/9/video.mp4', join(directory, 'absent'));
    await expect(download).rejects.toThrow(
      /^Expected the intermediate file intermediate\/job_a\/.*\/chunks\/9/,
    );
    await expect(download).rejects.toMatchObject({ name: 'Error' });
  });

  test('of another execution are others; all versions of one go at once', async () => {
    const other = filesOf({ executionArn: `${order.executionArn}-2` });
    const before = await keys();
    await other.write('plan.json', Buffer.from('1'));
    await other.write('plan.json', Buffer.from('2'));
    expect(String(await filesOf().read('plan.json'))).toBe('{}');
    expect(String(await other.read('plan.json'))).toBe('2');
    await other.removeAll();
    expect(await keys()).toEqual(before);
    await filesOf().removeAll();
    expect(await keys()).toEqual([]);
  });
});

describe('ranges of an object', () => {
  const size = 3_000_000;
  const body = Buffer.from(Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) % 251));
  const key = 'tenants/t/users/u/media/long.mp4';
  const setupSource = async () => {
    const written = await objects.put({ bucket, key, contentType: 'video/mp4', body });
    return { bucket, key, ...(written ?? { etag: '', versionId: '' }) };
  };

  test('fill a sparse file of its size, and leave the rest empty', async () => {
    const file = join(directory, 'sparse');
    const ranges = [
      { start: 0, end: 1000 },
      { start: 2_500_000, end: size },
      { start: 1_000_000, end: 1_000_001 },
      { start: 5, end: 5 },
      ...Array.from({ length: 6 }, (_, i) => ({ start: 10_000 * (i + 1), end: 10_000 * (i + 1) + 50 })),
    ];
    await objects.downloadRanges(await setupSource(), file, ranges, size);
    const found = await readFile(file);
    const expected = Buffer.alloc(size);
    for (const { start, end } of ranges) body.copy(expected, start, start, end);
    expect(found.equals(expected)).toBe(true);
  });

  test('are those of the pinned version, and must be whole', async () => {
    const source = await setupSource();
    await objects.put({ bucket, key, contentType: 'video/mp4', body: Buffer.alloc(size, 1) });
    const file = join(directory, 'pinned');
    await objects.downloadRanges(source, file, [{ start: 10, end: 20 }], size);
    expect((await readFile(file)).subarray(10, 20).equals(body.subarray(10, 20))).toBe(true);
    await expect(
      objects.downloadRanges(source, file, [{ start: size - 10, end: size + 10 }], size + 10),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailable',
      message: expect.stringContaining('Expected 20 bytes'),
    });
  });

  test('are no longer fetched after an abort', async () => {
    const ranges = Array.from({ length: 20 }, (_, i) => ({ start: i * 1000, end: i * 1000 + 10 }));
    const stop = new AbortController();
    const file = join(directory, 'aborted');
    const download = objects.downloadRanges(await setupSource(), file, ranges, size, stop.signal);
    stop.abort(new Error('enough'));
    await expect(download).rejects.toThrow('enough');
  });
});
