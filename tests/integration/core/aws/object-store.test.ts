import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ObjectStore } from '../../../../core/aws/object-store.ts';
import { ObjectVersions } from '../../../../core/aws/object-versions.ts';
import { RESOURCES } from '../../../../local/resources.ts';
import { setup } from '../../../support/local-cloud.ts';

let local: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  local = await setup();
});
afterAll(() => local?.end());

test('a writer that is told to stop while S3 stores its object knows the version, and so can remove it', async () => {
  const [bucket, key] = [RESOURCES.outputBucket, 'tenants/t/users/u/media/processed/a_poster.jpg'];
  const stop = new AbortController();
  local.cloud.faults.add({ service: 's3', action: 'PutObject', fault: () => stop.abort() });
  const written = await new ObjectStore(local.clients.s3).put({
    bucket,
    key,
    contentType: 'image/jpeg',
    body: Buffer.alloc(1000),
    replaces: null,
    signal: stop.signal,
  });
  expect(stop.signal.aborted).toBe(true);
  const versions = new ObjectVersions(local.clients.s3);
  expect(await versions.list(bucket, key)).toEqual([{ key, versionId: written?.versionId }]);
});

test('bytes are read at an offset, fewer at the end, and none behind it', async () => {
  const [bucket, key] = [RESOURCES.outputBucket, 'tenants/t/users/u/media/processed/b_poster.jpg'];
  const objects = new ObjectStore(local.clients.s3);
  const body = Buffer.from('0123456789');
  const written = await objects.put({ bucket, key, contentType: 'image/jpeg', body, replaces: null });
  const source = { bucket, key, ...(written ?? { etag: '', versionId: '' }) };
  const read = async (position: number) => String((await objects.readRange(source, position, 4)).found);
  expect([await read(3), await read(8), await read(10)]).toEqual(['3456', '89', '']);
});
