import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setup } from '../../../support/local-cloud.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
const Bucket = 'media-input';
let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup();
});
afterAll(() => subject.end());

let keys = 0;
/** A key of its own, and the calls on it. */
function key() {
  const { s3 } = subject.clients;
  const Key = `versions/${keys++} ä`;
  const put = async (Body: string, more: { IfMatch?: string; IfNoneMatch?: string } = {}) => {
    const { VersionId = '', ETag = '' } = await s3.send(
      new PutObjectCommand({ Bucket, Key, Body, Metadata: { body: Body }, ...more }),
    );
    return { VersionId, ETag };
  };
  return {
    Key,
    put,
    remove: (more: { VersionId?: string | undefined; IfMatch?: string } = {}) =>
      s3.send(new DeleteObjectCommand({ Bucket, Key, ...more })),
    get: (more: { VersionId?: string | undefined; Range?: string; IfMatch?: string } = {}) =>
      s3.send(new GetObjectCommand({ Bucket, Key, ...more })),
    read: async (VersionId?: string) =>
      (await s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString(),
    head: (more: { VersionId?: string | undefined; IfMatch?: string } = {}) =>
      s3.send(new HeadObjectCommand({ Bucket, Key, ...more })),
  };
}

const answer = (status: number, name?: string) => ({
  $metadata: { httpStatusCode: status },
  ...(name && { name }),
});

describe('writing', () => {
  const WAYS: [way: string, write: (Key: string) => Promise<string | null | undefined>][] = [
    [
      'PutObject',
      async (Key) =>
        (await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'new' }))).VersionId,
    ],
    [
      'CopyObject',
      async (Key) => {
        await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'source', Body: 'new' }));
        const copy = new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/source` });
        return (await subject.clients.s3.send(copy)).VersionId;
      },
    ],
    [
      'CompleteMultipartUpload',
      async (Key) => {
        const { s3 } = subject.clients;
        const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
        const part = { Bucket, Key, UploadId, PartNumber: 1 };
        const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: 'new' }));
        const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
        const upload = { Bucket, Key, UploadId, MultipartUpload };
        return (await s3.send(new CompleteMultipartUploadCommand(upload))).VersionId;
      },
    ],
    [
      'a posted form',
      async (Key) => {
        const form = new FormData();
        form.set('key', Key);
        form.set('file', new Blob(['new']), 'file');
        const url = `${subject.cloud.urls.storage}/${Bucket}`;
        return (await fetch(url, { method: 'POST', body: form })).headers.get('x-amz-version-id');
      },
    ],
  ];

  test.each(WAYS)('%s keeps the former version and answers the ID of the new one', async (_way, write) => {
    const { Key, put, get, read } = key();
    const former = await put('former');
    const VersionId = await write(Key);
    expect(VersionId).toMatch(/^.{32}$/);
    expect(VersionId).not.toBe(former.VersionId);
    expect((await get()).VersionId).toBe(VersionId);
    expect(await read()).toBe('new');
    expect(await read(former.VersionId)).toBe('former');
  });

  test('each version has its own metadata', async () => {
    const { put, head } = key();
    const first = await put('first');
    const second = await put('second');
    expect((await head({ VersionId: first.VersionId })).Metadata).toEqual({ body: 'first' });
    expect((await head({ VersionId: second.VersionId })).Metadata).toEqual({ body: 'second' });
  });

  test('the buckets say that they have versioning', async () => {
    const answered = await subject.clients.s3.send(new GetBucketVersioningCommand({ Bucket }));
    expect(answered.Status).toBe('Enabled');
  });

  test('a copy reads the version that it names', async () => {
    const { s3 } = subject.clients;
    const { Key, put } = key();
    const old = await put('old');
    await put('current');
    const { VersionId: marker } = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    const copy = (VersionId?: string) => {
      const CopySource = `${Bucket}/${encodeURIComponent(Key)}${VersionId ? `?versionId=${VersionId}` : ''}`;
      return s3.send(new CopyObjectCommand({ Bucket, Key: `${Key} copied`, CopySource }));
    };
    expect((await copy(old.VersionId)).CopySourceVersionId).toBe(old.VersionId);
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: `${Key} copied` }));
    expect(await got.Body?.transformToString()).toBe('old');
    await expect(copy()).rejects.toMatchObject(answer(404, 'NoSuchKey'));
    await expect(copy(marker)).rejects.toMatchObject(answer(400, 'InvalidRequest'));
  });
});

describe('reading a version', () => {
  test('works with a range, with an expected ETag, and through a presigned URL', async () => {
    const { Key, put, get, head } = key();
    const { VersionId, ETag } = await put('0123456789');
    await put('current');
    const range = await get({ VersionId, Range: 'bytes=2-4' });
    expect(await range.Body?.transformToString()).toBe('234');
    expect(range).toMatchObject({ VersionId, ContentRange: 'bytes 2-4/10' });
    expect((await get({ VersionId, IfMatch: ETag })).VersionId).toBe(VersionId);
    expect((await head({ VersionId, IfMatch: ETag })).ContentLength).toBe(10);
    await expect(get({ IfMatch: ETag })).rejects.toMatchObject(answer(412));
    await expect(head({ IfMatch: ETag })).rejects.toMatchObject(answer(412));
    const command = new GetObjectCommand({ Bucket, Key, VersionId });
    const fetched = await fetch(await getSignedUrl(subject.clients.s3, command), {
      headers: { range: 'bytes=-1' },
    });
    expect([fetched.status, await fetched.text(), fetched.headers.get('x-amz-version-id')]).toEqual([
      206,
      '9',
      VersionId,
    ]);
  });

  test('that does not exist is NoSuchVersion, without an ID InvalidArgument', async () => {
    const { put, get, head } = key();
    const { VersionId } = await put('x');
    const other = VersionId.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    await expect(get({ VersionId: other })).rejects.toMatchObject(answer(404, 'NoSuchVersion'));
    await expect(head({ VersionId: other })).rejects.toMatchObject(answer(404));
    await expect(get({ VersionId: '' })).rejects.toMatchObject(answer(400, 'InvalidArgument'));
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
  test('that is a delete marker is not allowed, and behind one there is no object', async () => {
    const { Key, put, remove, get, head, read } = key();
    const { VersionId: former } = await put('former');
    const { VersionId = '' } = await remove();
    await expect(get()).rejects.toMatchObject(answer(404, 'NoSuchKey'));
    await expect(head()).rejects.toMatchObject(answer(404, 'NotFound'));
    await expect(get({ VersionId })).rejects.toMatchObject(answer(405, 'MethodNotAllowed'));
    await expect(head({ VersionId })).rejects.toMatchObject(answer(405));
    expect(await read(former)).toBe('former');
    const url = `${subject.cloud.urls.storage}/${Bucket}/${encodeURIComponent(Key)}`;
    for (const method of ['GET', 'HEAD']) {
      const { headers } = await fetch(url, { method });
      expect(headers.get('x-amz-delete-marker')).toBe('true');
      expect(headers.get('x-amz-version-id')).toBe(VersionId);
      const marker = await fetch(`${url}?versionId=${VersionId}`, { method });
      expect(marker.headers.get('x-amz-delete-marker')).toBe('true');
      expect(Date.parse(marker.headers.get('last-modified') ?? '')).toBeGreaterThan(0);
    }
  });
});

describe('deleting', () => {
  test('without a version creates a marker each time, also where there never was an object', async () => {
    const { Key, remove } = key();
    const first = await remove();
    const second = await remove();
    expect([first.DeleteMarker, second.DeleteMarker]).toEqual([true, true]);
    expect(new Set([first.VersionId, second.VersionId]).size).toBe(2);
    const { Contents = [] } = await subject.clients.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: Key }),
    );
    expect(Contents).toEqual([]);
  });

  test('the current version for good makes the one before it current again', async () => {
    const { put, remove, read, get } = key();
    const first = await put('first');
    const second = await put('second');
    const removed = await remove({ VersionId: second.VersionId });
    expect(removed).toMatchObject({ VersionId: second.VersionId });
    expect(removed.DeleteMarker).toBeUndefined();
    expect(await read()).toBe('first');
    expect((await get()).VersionId).toBe(first.VersionId);
    // Idempotent.
    await expect(remove({ VersionId: second.VersionId })).resolves.toMatchObject(answer(204));
    expect(await read()).toBe('first');
    await remove({ VersionId: first.VersionId });
    await expect(get()).rejects.toMatchObject(answer(404, 'NoSuchKey'));
  });

  test('an older version leaves the current one', async () => {
    const { put, remove, read } = key();
    const first = await put('first');
    await put('second');
    await remove({ VersionId: first.VersionId });
    expect(await read()).toBe('second');
    await expect(read(first.VersionId)).rejects.toMatchObject(answer(404, 'NoSuchVersion'));
  });

  test('a marker brings the object back', async () => {
    const { Key, put, remove, read } = key();
    await put('kept');
    const { VersionId } = await remove();
    expect(await remove({ VersionId })).toMatchObject({ VersionId, DeleteMarker: true });
    expect(await read()).toBe('kept');
    const { Contents = [] } = await subject.clients.s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: Key }),
    );
    expect(Contents.map((object) => object.Key)).toEqual([Key]);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
  test('on condition looks at the current version only', async () => {
    const { put, remove, read } = key();
    await expect(remove({ IfMatch: '"0"' })).rejects.toMatchObject(answer(404, 'NoSuchKey'));
    await expect(remove({ IfMatch: '*' })).rejects.toMatchObject(answer(404, 'NoSuchKey'));
    const first = await put('first');
    const second = await put('second');
    await expect(remove({ IfMatch: first.ETag })).rejects.toMatchObject(answer(412, 'PreconditionFailed'));
    const former = { VersionId: first.VersionId, IfMatch: first.ETag };
    await expect(remove(former)).rejects.toMatchObject(answer(412, 'PreconditionFailed'));
    expect(await read(first.VersionId)).toBe('first');
    await remove({ IfMatch: second.ETag });
    await expect(remove({ IfMatch: second.ETag })).rejects.toMatchObject(answer(404, 'NoSuchKey'));
    await expect(remove({ IfMatch: '*' })).rejects.toMatchObject(answer(412, 'PreconditionFailed'));
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
test('for a conditional write a delete marker is no object', async () => {
  const { put, remove } = key();
  const former = await put('former');
  await remove();
  await expect(put('x', { IfMatch: former.ETag })).rejects.toMatchObject(answer(404));
  await put('anew', { IfNoneMatch: '*' });
  await expect(put('x', { IfNoneMatch: '*' })).rejects.toMatchObject(answer(412, 'PreconditionFailed'));
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
test.each([
  ['that expects no object is a conflict', { IfNoneMatch: '*' }, answer(409, 'ConditionalRequestConflict')],
  ['that expects an object finds none', { IfMatch: '"0"' }, answer(404, 'NoSuchKey')],
])('a multipart upload during which its key was deleted, %s', async (_what, condition, expected) => {
  const { s3 } = subject.clients;
  const { Key, put, remove } = key();
  await put('former');
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
  const part = { Bucket, Key, UploadId, PartNumber: 1 };
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body: 'new' }));
  await remove();
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  const upload = { Bucket, Key, UploadId, MultipartUpload, ...condition };
  await expect(s3.send(new CompleteMultipartUploadCommand(upload))).rejects.toMatchObject(expected);
});
