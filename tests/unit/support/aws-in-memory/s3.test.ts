import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { memoryCloud } from '../../../support/aws-in-memory/cloud.ts';
import { type BucketEvent, S3Bucket } from '../../../support/aws-in-memory/s3/s3-bucket.ts';
import { Turns } from '../../../support/aws-in-memory/turns.ts';
import { seededRandom } from '../../../support/random.ts';

const Bucket = 'bucket';

/** A bucket with versioning, pages of two entries, and a client whose calls take their turns at once. */
function setup() {
  const random = seededRandom(1);
  const turns = new Turns(random, 'uniform');
  const events: BucketEvent[] = [];
  const bucket = new S3Bucket(random, (event) => events.push(event));
  const cloud = memoryCloud({
    ...{ turns, random, now: () => 0, buckets: new Map([[Bucket, bucket]]), pageSize: 2 },
    machine: undefined as never,
  });
  const client = cloud.client(turns.process('test'));
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape.
  const send = async (command: { input: object }): Promise<any> => {
    const answer = client.send(command as never);
    answer.catch(() => {});
    await turns.run();
    return answer;
  };
  const put = (Key: string, Body: string, more: object = {}) =>
    send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
  const read = async (Key: string, VersionId?: string) => {
    const { Body } = await send(new GetObjectCommand({ Bucket, Key, VersionId }));
    return Body.transformToString();
  };
  return { send, put, read, events };
}

const failing = (work: Promise<unknown>) => work.then(String, (error: Error) => error.name);

describe('a versioned bucket in memory', () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
  test('keeps the older version of a key that is written again', async () => {
    const { put, read } = setup();
    const first = await put('a', '1');
    await put('a', '2');
    expect([await read('a'), await read('a', first.VersionId)]).toEqual(['2', '1']);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html
  test('hides a key behind a delete marker, and shows it again when the marker is deleted', async () => {
    const { put, read, send } = setup();
    const { VersionId } = await put('a', '1');
    const marker = await send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(marker.DeleteMarker).toBe(true);
    expect(await failing(read('a'))).toBe('NoSuchKey');
    expect(await read('a', VersionId)).toBe('1');
    expect(await failing(read('a', marker.VersionId))).toBe('MethodNotAllowed');
    await send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: marker.VersionId }));
    expect(await read('a')).toBe('1');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
  test('deletes a version for good, and only that one', async () => {
    const { put, read, send } = setup();
    const first = await put('a', '1');
    const second = await put('a', '2');
    const Objects = [
      { Key: 'a', VersionId: second.VersionId },
      { Key: 'a', VersionId: 'unknown' },
    ];
    expect((await send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))).Errors).toEqual([]);
    expect(await read('a')).toBe('1');
    expect(await failing(read('a', second.VersionId))).toBe('NoSuchVersion');
    expect(await read('a', first.VersionId)).toBe('1');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  test.each<[string, { exists: boolean; condition: object; expected: string }]>([
    [
      'If-None-Match: * on a new key',
      { exists: false, condition: { IfNoneMatch: '*' }, expected: 'written' },
    ],
    [
      'If-None-Match: * on a key',
      { exists: true, condition: { IfNoneMatch: '*' }, expected: 'PreconditionFailed' },
    ],
    ['If-Match on a missing key', { exists: false, condition: { IfMatch: '"x"' }, expected: 'NoSuchKey' }],
    [
      'If-Match of another ETag',
      { exists: true, condition: { IfMatch: '"x"' }, expected: 'PreconditionFailed' },
    ],
  ])('answers a write with %s', async (_label, { exists, condition, expected }) => {
    const { put } = setup();
    if (exists) await put('a', '1');
    expect(await failing(put('a', '2', condition).then(() => 'written'))).toBe(expected);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  test('lets If-None-Match pass on a key whose current version is a delete marker', async () => {
    const { put, send, read } = setup();
    await put('a', '1');
    await send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await put('a', '2', { IfNoneMatch: '*' });
    expect(await read('a')).toBe('2');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
  test('deletes on condition of the current ETag', async () => {
    const { put, send } = setup();
    const { ETag } = await put('a', '1');
    const remove = (IfMatch: string) =>
      failing(send(new DeleteObjectCommand({ Bucket, Key: 'a', IfMatch })).then(() => 'deleted'));
    expect([await remove('"x"'), await remove(ETag)]).toEqual(['PreconditionFailed', 'deleted']);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html: not a digest under SSE-KMS.
  test('gives equal bytes different ETags', async () => {
    const { put } = setup();
    expect((await put('a', '1')).ETag).not.toBe((await put('a', '1')).ETag);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
  test('lists versions and markers in pages, newest first within a key', async () => {
    const { put, send } = setup();
    const first = await put('a', '1');
    const second = await put('a', '2');
    const marker = await send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const other = await put('b', '3');
    const found: string[] = [];
    for (
      let page = {
        NextKeyMarker: undefined,
        NextVersionIdMarker: undefined,
        IsTruncated: true,
      } as never as Record<string, never>;
      page.IsTruncated;
    ) {
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      page = await send(new ListObjectVersionsCommand({ Bucket, KeyMarker, VersionIdMarker }));
      const entries = [...(page.DeleteMarkers ?? []), ...(page.Versions ?? [])] as { VersionId: string }[];
      found.push(...entries.map(({ VersionId }) => VersionId));
    }
    expect(found).toEqual([marker, second, first, other].map(({ VersionId }) => VersionId));
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
  test('lists current objects under a prefix in pages', async () => {
    const { put, send } = setup();
    for (const key of ['p/1', 'p/2', 'p/3', 'q']) await put(key, '');
    const page = await send(new ListObjectsV2Command({ Bucket, Prefix: 'p/' }));
    const ContinuationToken = page.NextContinuationToken;
    const rest = await send(new ListObjectsV2Command({ Bucket, Prefix: 'p/', ContinuationToken }));
    const keys = [...page.Contents, ...rest.Contents].map(({ Key }) => Key);
    expect([keys, rest.IsTruncated]).toEqual([['p/1', 'p/2', 'p/3'], false]);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html: an answer to HEAD has no body.
  test('answers HEAD with the metadata, or with a 404 that names no code', async () => {
    const { put, send } = setup();
    await put('a', 'text', { Metadata: { 'job-id': 'job_1' } });
    const head = (Key: string) => send(new HeadObjectCommand({ Bucket, Key }));
    expect(await head('a')).toMatchObject({ ContentLength: 4, Metadata: { 'job-id': 'job_1' } });
    expect(await failing(head('b'))).toBe('NotFound');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
  test('answers a range, and refuses one of an empty object', async () => {
    const { put, send } = setup();
    await put('a', '0123456789');
    await put('empty', '');
    const range = (Key: string) => send(new GetObjectCommand({ Bucket, Key, Range: 'bytes=0-3' }));
    const { ContentRange, Body } = await range('a');
    expect([ContentRange, await Body.transformToString()]).toEqual(['bytes 0-3/10', '0123']);
    expect(await failing(range('empty'))).toBe('InvalidRange');
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
  test('tells of writes, markers and permanent deletions in the order of their sequencers', async () => {
    const { put, send, events } = setup();
    const { VersionId } = await put('a', '1');
    await send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId }));
    const told = events.map(({ type, permanent }) => `${type}${permanent ? ' for good' : ''}`);
    expect(told).toEqual(['Object Created', 'Object Deleted', 'Object Deleted for good']);
    const sequencers = events.map(({ sequencer }) => sequencer);
    expect([...new Set(sequencers)].sort()).toEqual(sequencers);
  });

  test('refuses what it does not model', async () => {
    const { put } = setup();
    await expect(put('a', '1', { StorageClass: 'GLACIER' })).rejects.toThrow('does not know StorageClass');
  });
});
