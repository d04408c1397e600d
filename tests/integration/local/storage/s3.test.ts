import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  paginateListParts,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setup } from '../../../support/local-cloud.ts';

const Bucket = 'media-input';
let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup();
});
afterAll(() => subject.end());

const KEYS: [label: string, key: string][] = [
  ['spaces', 'tenants/t/users/u/media/a b  c.jpg'],
  ['plus', 'a+b.jpg'],
  ['per cent', '100%.jpg'],
  ['something percent-encoded', '%2e%2e%2fup.jpg'],
  ['something encoded twice', '%252e.jpg'],
  ['emoji', 'tenants/t/😀/👩‍👩‍👧.jpg'],
  ['1,024 bytes', `${'x'.repeat(1020)}.jpg`],
  ['1,024 bytes of two-byte characters', 'é'.repeat(512)],
  ['decomposed Unicode', 'Cafe\u0301.jpg'],
  ['composed Unicode', 'Caf\u00e9.jpg'],
  ['dots that go up', '../../../../../../tmp/escape.jpg'],
  ['dots in the middle', 'a/../b/./c.jpg'],
  ['only dots', '..'],
  ['a leading slash', '/lead.jpg'],
  ['a trailing slash', 'folder/'],
  ['two slashes', 'a//b.jpg'],
  ['reserved characters', 'a?b#c&d=e;f:g@h,i$j!k*l\'m(n)o~p"q<r>s\\t|u^v`w{x}y[z].jpg'],
  ['line break and tab', 'a\tb\nc.jpg'],
  ['a right-to-left override', 'photo\u202Egpj.exe'],
];

describe('keys', () => {
  test.each(KEYS)('a key with %s comes back exactly, from each call', async (_label, Key) => {
    const { s3 } = subject.clients;
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: `of ${Key}` }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe(`of ${Key}`);
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key }))).resolves.toBeTruthy();
    const listed = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: Key.slice(0, 3) }));
    expect(listed.Contents?.map((object) => object.Key)).toContain(Key);
    await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key }] } }));
    await expect(s3.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: 'NotFound' });
  });

  test('nothing is written outside of the directory', async () => {
    await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: '../../../escape', Body: 'x' }));
    // Others write to the folder above, too.
    expect(readdirSync(dirname(subject.directory)).filter((name) => name.includes('escape'))).toEqual([]);
    expect(readdirSync(subject.directory)).not.toContain('escape.data');
  });

  test('a listing follows UTF-8 and loses no key at the border of a page', async () => {
    const names = ['B', 'a', 'C', 'b', 'Z', '_', 'é', '😀', '\uFF5E'];
    const keys = names.map((name) => `order/${name}`);
    for (const Key of keys) await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket, Prefix: 'order/', MaxKeys: 2, ContinuationToken });
      const page = await subject.clients.s3.send(command);
      seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(seen).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });
});

describe('conditional writes', () => {
  test('of twenty concurrent writers that expect no object, one wins', async () => {
    const puts = Array.from({ length: 20 }, (_, i) =>
      subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'once', Body: `${i}`, IfNoneMatch: '*' })),
    );
    const results = await Promise.allSettled(puts);
    const lost = results.filter((result) => result.status === 'rejected');
    expect(results.length - lost.length).toBe(1);
    for (const { reason } of lost) {
      expect(reason).toMatchObject({ name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } });
    }
  });

  test('of ten concurrent writers that expect the same ETag, one wins', async () => {
    const { ETag } = await subject.clients.s3.send(
      new PutObjectCommand({ Bucket, Key: 'swap', Body: 'old' }),
    );
    const puts = Array.from({ length: 10 }, (_, i) =>
      subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'swap', Body: `new ${i}`, IfMatch: ETag })),
    );
    const results = await Promise.allSettled(puts);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('an expected ETag on a missing object is NoSuchKey', async () => {
    const put = new PutObjectCommand({ Bucket, Key: 'missing', Body: 'x', IfMatch: '"0"' });
    await expect(subject.clients.s3.send(put)).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  test('a multipart upload is completed only while its condition holds', async () => {
    const { s3 } = subject.clients;
    const Key = 'parts';
    const upload = async (condition: { IfNoneMatch?: string; IfMatch?: string }) => {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
      const part = { Bucket, Key, UploadId, PartNumber: 1, Body: Math.random().toString() };
      const { ETag } = await s3.send(new UploadPartCommand(part));
      const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
      return s3.send(
        new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload, ...condition }),
      );
    };
    const first = await upload({ IfNoneMatch: '*' });
    await expect(upload({ IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(upload({ IfMatch: '"other"' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(upload({ IfMatch: first.ETag ?? '' })).resolves.toBeTruthy();
  });
});

describe('the parts of an upload', () => {
  test('are listed in pages, in their order, as they are now', async () => {
    const { s3 } = subject.clients;
    const Key = 'unfinished';
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    for (const PartNumber of [7, 3, 11, 3]) {
      const part = { Bucket, Key, UploadId, PartNumber, Body: 'x'.repeat(PartNumber) };
      await s3.send(new UploadPartCommand(part));
    }
    const pages: (number | undefined)[][] = [];
    for await (const { Parts = [] } of paginateListParts(
      { client: s3 },
      { Bucket, Key, UploadId, MaxParts: 2 },
    )) {
      pages.push(Parts.map(({ PartNumber }) => PartNumber));
      for (const { PartNumber, Size, ETag } of Parts)
        expect({ Size, ETag }).toEqual({ Size: PartNumber, ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/) });
    }
    expect(pages).toEqual([[3, 7], [11]]);
    const other = new ListPartsCommand({ Bucket, Key: 'another', UploadId });
    await expect(s3.send(other)).rejects.toMatchObject({ name: 'NoSuchUpload' });
  });
});

describe('reading', () => {
  test('a range is answered with its bytes and the whole size', async () => {
    await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'range', Body: '0123456789' }));
    const got = await subject.clients.s3.send(
      new GetObjectCommand({ Bucket, Key: 'range', Range: 'bytes=2-4' }),
    );
    expect(await got.Body?.transformToString()).toBe('234');
    expect(got.ContentRange).toBe('bytes 2-4/10');
  });

  test('an ETag that is not the object’s any more is refused', async () => {
    const { ETag } = await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'etag', Body: '1' }));
    const get = (IfMatch: string | undefined) =>
      subject.clients.s3.send(new GetObjectCommand({ Bucket, Key: 'etag', IfMatch }));
    await expect(get(ETag)).resolves.toBeTruthy();
    await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'etag', Body: '2' }));
    await expect(get(ETag)).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });

  test('an object of 20 MiB goes in by one request and comes out whole', async () => {
    const Body = Buffer.alloc(20 * 1024 * 1024, 'abcdefg');
    await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body }));
    const got = await subject.clients.s3.send(new GetObjectCommand({ Bucket, Key: 'large' }));
    expect(Body.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  });

  test('what was copied is the same', async () => {
    await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'from +%.txt', Body: 'copied' }));
    const CopySource = `${Bucket}/${encodeURIComponent('from +%.txt')}`;
    await subject.clients.s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource }));
    const got = await subject.clients.s3.send(new GetObjectCommand({ Bucket, Key: 'to' }));
    expect(await got.Body?.transformToString()).toBe('copied');
  });
});

describe('other clients', () => {
  test('a page of this machine may upload and read the ETag, one of another may not', async () => {
    const url = `${subject.cloud.urls.storage}/${Bucket}/from-browser`;
    const origin = 'http://127.0.0.1:5173';
    const headers = {
      origin,
      'access-control-request-method': 'PUT',
      'access-control-request-headers': 'content-type',
    };
    const preflight = await fetch(url, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PUT');
    const put = await fetch(url, { method: 'PUT', body: 'x', headers: { origin } });
    expect(put.status).toBe(200);
    expect(put.headers.get('access-control-allow-origin')).toBe(origin);
    expect(put.headers.get('access-control-expose-headers')).toContain('ETag');
    const other = await fetch(url, { method: 'PUT', body: 'y', headers: { origin: 'https://example.com' } });
    expect(other.status).toBe(403);
    expect(await (await fetch(url)).text()).toBe('x');
  });

  test('curl’s default content type does not turn an upload into a form', async () => {
    const url = `${subject.cloud.urls.storage}/${Bucket}/from-curl`;
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await fetch(url, { method: 'PUT', body: 'a=1&b=2', headers });
    expect(await (await fetch(url)).text()).toBe('a=1&b=2');
  });
});

test('objects, and uploads that are under way, outlive the process', async () => {
  const first = await setup();
  const { s3 } = first.clients;
  const Key = '../%2e/ä b.jpg';
  await s3.send(
    new PutObjectCommand({ Bucket, Key, Body: 'kept', ContentType: 'image/x', Metadata: { a: 'b' } }),
  );
  await s3.send(new PutObjectCommand({ Bucket, Key: 'deleted', Body: 'x' }));
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'deleted' }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const part = { Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'part' };
  const { ETag } = await s3.send(new UploadPartCommand(part));
  await first.cloud.stop();

  const second = await setup({ directory: first.directory });
  const got = await second.clients.s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await got.Body?.transformToString()).toBe('kept');
  expect(got).toMatchObject({ ContentType: 'image/x', Metadata: { a: 'b' } });
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await second.clients.s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload }),
  );
  const listed = await second.clients.s3.send(new ListObjectsV2Command({ Bucket }));
  expect(listed.Contents?.map((object) => object.Key)).toEqual([Key, 'parts']);
  await second.end();
});
