import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setup } from '../../../support/local-cloud.ts';

// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
const Bucket = 'media-input';
let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup();
});
afterAll(() => subject.end());

const put = async (Key: string, Body = 'x') =>
  (await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId ?? '';
const remove = async (Key: string) =>
  (await subject.clients.s3.send(new DeleteObjectCommand({ Bucket, Key }))).VersionId ?? '';
const list = (input: Omit<ListObjectVersionsCommandInput, 'Bucket'>) =>
  subject.clients.s3.send(new ListObjectVersionsCommand({ Bucket, ...input }));

/** Key and version of every entry, page by page. */
async function pages(input: Omit<ListObjectVersionsCommandInput, 'Bucket'>) {
  const seen: string[][] = [];
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await list({ ...input, ...markers });
    const entries = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    const prefixes = (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix);
    seen.push([...entries.map(({ Key, VersionId }) => `${Key} ${VersionId}`), ...prefixes]);
    if (!page.IsTruncated) return seen;
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

test('every version and marker is listed with its properties, the newest first', async () => {
  const first = await put('all/a', 'first');
  const second = await put('all/a', 'second!');
  const marker = await remove('all/a');
  const other = await put('all/b', 'x');
  const { Versions, DeleteMarkers, IsTruncated } = await list({ Prefix: 'all/' });
  const LastModified = expect.any(Date);
  const ETag = expect.stringMatching(/^"[0-9a-f]{32}"$/);
  const version = { LastModified, ETag, StorageClass: 'STANDARD' };
  expect(Versions).toEqual([
    { ...version, Key: 'all/a', VersionId: second, IsLatest: false, Size: 7 },
    { ...version, Key: 'all/a', VersionId: first, IsLatest: false, Size: 5 },
    { ...version, Key: 'all/b', VersionId: other, IsLatest: true, Size: 1 },
  ]);
  expect(DeleteMarkers).toEqual([{ LastModified, Key: 'all/a', VersionId: marker, IsLatest: true }]);
  expect(IsTruncated).toBe(false);
  const { Contents } = await subject.clients.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'all/' }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['all/b']);
});

test('keys follow UTF-8, and pages lose and repeat nothing', async () => {
  const keys = ['B', 'a', 'é', '😀', '\uFF5E', 'a&<b>'].map((name) => `order/${name}`);
  for (const key of keys) {
    await put(key);
    await put(key);
  }
  const sorted = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const MaxKeys of [1, 2, 5, 1000]) {
    const listed = (await pages({ Prefix: 'order/', MaxKeys })).flat();
    expect(new Set(listed).size).toBe(12);
    expect(listed.map((entry) => entry.slice(0, entry.lastIndexOf(' ')))).toEqual(
      sorted.flatMap((key) => [key, key]),
    );
  }
  const { Versions = [] } = await list({ Prefix: 'order/', KeyMarker: sorted[1] });
  expect(Versions[0]?.Key).toBe(sorted[2]);
});

test('a delimiter groups keys, and a group counts once', async () => {
  for (const key of ['group/1', 'group/2/x', 'group/2/y', 'group/3/z', 'group/4']) await put(key);
  const { CommonPrefixes, Versions } = await list({ Prefix: 'group/', Delimiter: '/' });
  expect(CommonPrefixes).toEqual([{ Prefix: 'group/2/' }, { Prefix: 'group/3/' }]);
  expect(Versions?.map(({ Key }) => Key)).toEqual(['group/1', 'group/4']);
  const paged = await pages({ Prefix: 'group/', Delimiter: '/', MaxKeys: 1 });
  expect(paged.flat().map((entry) => entry.split(' ')[0])).toEqual([
    'group/1',
    'group/2/',
    'group/3/',
    'group/4',
  ]);
});

test('a bucket is emptied page by page, although the marker of a page no longer exists', async () => {
  for (let i = 0; i < 7; i++) await put('emptied/same');
  await remove('emptied/same');
  await put('emptied/other');
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (let isTruncated = true; isTruncated; ) {
    const page = await list({ Prefix: 'emptied/', MaxKeys: 2, ...markers });
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    await subject.clients.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
    isTruncated = page.IsTruncated ?? false;
  }
  expect(await pages({ Prefix: 'emptied/' })).toEqual([[]]);
});

test('encoding type url encodes keys', async () => {
  await put("encoded/a b+c(3)'\n.png");
  const listed = await list({ Prefix: 'encoded/', EncodingType: 'url' });
  expect(listed.EncodingType).toBe('url');
  // As in https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html: test_file%283%29.png.
  expect(listed.Versions?.map(({ Key }) => Key)).toEqual(['encoded/a+b%2Bc%283%29%27%0A.png']);
});

test('a bucket that does not exist has no versions', async () => {
  const command = new ListObjectVersionsCommand({ Bucket: 'other' });
  await expect(subject.clients.s3.send(command)).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
