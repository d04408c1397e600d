import { DeleteObjectsCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setup } from '../../../support/local-cloud.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
const Bucket = 'media-input';
let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup();
});
afterAll(() => subject.end());

const put = (Key: string, Body: string) =>
  subject.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
const remove = (Objects: { Key: string; VersionId?: string | undefined; ETag?: string | undefined }[]) =>
  subject.clients.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

test('each key is answered by what was done to it', async () => {
  const Key = 'a&b <c>\n😀';
  const first = await put(Key, 'first');
  await put(Key, 'second');
  const { Deleted: [marked] = [] } = await remove([{ Key }]);
  expect(marked).toEqual({ Key, DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) });
  const marker = marked?.DeleteMarkerVersionId;
  expect(
    await remove([
      { Key, VersionId: first.VersionId },
      { Key, VersionId: marker },
    ]),
  ).toMatchObject({
    Deleted: [
      { Key, VersionId: first.VersionId },
      { Key, VersionId: marker, DeleteMarker: true, DeleteMarkerVersionId: marker },
    ],
  });
  const head = await subject.clients.s3.send(new HeadObjectCommand({ Bucket, Key }));
  expect(head.ContentLength).toBe('second'.length);
  const gone = await remove([{ Key, VersionId: marker }, { Key: 'never was' }]);
  expect(gone.Errors).toBeUndefined();
  expect(gone.Deleted?.map(({ DeleteMarker }) => DeleteMarker)).toEqual([undefined, true]);
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
test('an expected ETag that is not the current one is an error of its key alone', async () => {
  const { ETag: former } = await put('changed', 'former');
  const { ETag } = await put('changed', 'current');
  await put('kept', 'x');
  const answer = await remove([
    { Key: 'changed', ETag: former },
    { Key: 'missing', ETag },
    { Key: 'kept', ETag: '*' },
  ]);
  expect(answer.Errors?.map(({ Key, Code }) => [Key, Code])).toEqual([
    ['changed', 'PreconditionFailed'],
    ['missing', 'NoSuchKey'],
  ]);
  expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(['kept']);
  expect((await remove([{ Key: 'changed', ETag }])).Errors).toBeUndefined();
});

test('a quiet request is answered with errors only', async () => {
  await put('quiet', 'x');
  const Objects = [{ Key: 'quiet' }, { Key: 'not there', ETag: '"0"' }];
  const answer = await subject.clients.s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
  );
  expect(answer.Deleted).toBeUndefined();
  expect(answer.Errors?.map(({ Key }) => Key)).toEqual(['not there']);
});

test('1,001 keys are refused, and so is another bucket', async () => {
  const Objects = Array.from({ length: 1001 }, (_, i) => ({ Key: `${i}` }));
  await expect(remove(Objects)).rejects.toMatchObject({ name: 'MalformedXML' });
  const other = new DeleteObjectsCommand({ Bucket: 'other', Delete: { Objects: [{ Key: 'k' }] } });
  await expect(subject.clients.s3.send(other)).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
