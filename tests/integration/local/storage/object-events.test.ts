import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { expect, test } from '@jest/globals';
import { setup, until } from '../../../support/local-cloud.ts';

const Bucket = 'media-input';

interface S3Event {
  'detail-type': string;
  detail: {
    object: { key: string; sequencer: string; size?: number; etag?: string; 'version-id'?: string };
    reason: string;
    'deletion-type'?: string;
  };
}

/** A cloud whose every S3 event is kept. */
async function watched(directory?: string) {
  const events: S3Event[] = [];
  const subject = await setup({
    ...(directory && { directory }),
    rules: [{ name: 'all', pattern: '{"source":["aws.s3"]}', target: { function: 'watch' } }],
    functions: { watch: async (event: S3Event) => void events.push(event) },
  });
  const settle = async (count: number) => {
    await until(() => events.length >= count);
    await subject.cloud.events.settled();
  };
  return { ...subject, events, settle };
}

test('an upload sends the event that S3 sends', async () => {
  const subject = await watched();
  const Key = 'tenants/t/users/u/media/a b+%2e 😀.jpg';
  const { VersionId } = await subject.clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'hello' }));
  await subject.settle(1);
  expect(subject.events).toEqual([
    {
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Object Created',
      source: 'aws.s3',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'us-east-1',
      resources: ['arn:aws:s3:::media-input'],
      detail: {
        version: '0',
        bucket: { name: 'media-input' },
        object: {
          key: Key,
          size: 5,
          etag: '5d41402abc4b2a76b9719d911017c592',
          'version-id': VersionId,
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
        'request-id': expect.stringMatching(/^[0-9A-F]{16}$/),
        requester: '000000000000',
        'source-ip-address': '127.0.0.1',
        reason: 'PutObject',
      },
    },
  ]);
  await subject.end();
});

test('each way to write or delete is told by its name, a write that is refused and a delete that is refused are not', async () => {
  const subject = await watched();
  const { s3 } = subject.clients;
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a&b <c>', Body: 'x' }));
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/a%26b%20%3Cc%3E` }));
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }));
  const part = { Bucket, Key: 'parts', UploadId, PartNumber: 1, Body: 'part' };
  const { ETag } = await s3.send(new UploadPartCommand(part));
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: 'parts', UploadId, MultipartUpload }));
  const form = new FormData();
  form.set('key', `form/$${'{filename}'}`);
  form.set('file', new Blob(['posted']), 'p.jpg');
  await fetch(`${subject.cloud.urls.storage}/${Bucket}`, { method: 'POST', body: form });
  const refused = new PutObjectCommand({ Bucket, Key: 'copy', Body: 'no', IfNoneMatch: '*' });
  await expect(s3.send(refused)).rejects.toThrow();
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'copy' }));
  const unmet = new DeleteObjectCommand({ Bucket, Key: 'parts', IfMatch: '"0"' });
  await expect(s3.send(unmet)).rejects.toThrow();
  const Objects = [{ Key: 'a&b <c>' }, { Key: 'parts', ETag: '"0"' }];
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));

  await subject.settle(6);
  const inOrder = subject.events.toSorted((a, b) =>
    a.detail.object.sequencer < b.detail.object.sequencer ? -1 : 1,
  );
  expect(
    inOrder.map((event) => [event['detail-type'], event.detail.object.key, event.detail.reason]),
  ).toEqual([
    ['Object Created', 'a&b <c>', 'PutObject'],
    ['Object Created', 'copy', 'CopyObject'],
    ['Object Created', 'parts', 'CompleteMultipartUpload'],
    ['Object Created', 'form/p.jpg', 'POST Object'],
    ['Object Deleted', 'copy', 'DeleteObject'],
    ['Object Deleted', 'a&b <c>', 'DeleteObjects'],
  ]);
  expect(inOrder[2]?.detail.object.etag).toMatch(/^[0-9a-f]{32}-1$/);
  expect(inOrder[4]?.detail.object).not.toHaveProperty('size');
  await subject.end();
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html
test('a delete tells whether it made a marker or deleted a version for good', async () => {
  const subject = await watched();
  const { s3 } = subject.clients;
  const created = await s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'x' }));
  const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  const nothing = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'never was' }));
  for (const { VersionId } of [marker, created, created]) {
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId }));
  }
  await subject.settle(5);
  const deleted = subject.events
    .filter((event) => event['detail-type'] === 'Object Deleted')
    .toSorted((a, b) => (a.detail.object.sequencer < b.detail.object.sequencer ? -1 : 1))
    .map(({ detail }) => [detail.object.key, detail['deletion-type'], detail.object['version-id']]);
  expect(deleted).toEqual([
    ['k', 'Delete Marker Created', marker.VersionId],
    ['never was', 'Delete Marker Created', nothing.VersionId],
    ['k', 'Permanently Deleted', marker.VersionId],
    ['k', 'Permanently Deleted', created.VersionId],
  ]);
  await subject.end();
});

test('sequencers rise over a restart', async () => {
  const first = await watched();
  for (let i = 0; i < 3; i++) {
    await first.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: `${i}` }));
  }
  await first.settle(3);
  await first.cloud.stop();
  const second = await watched(first.directory);
  await second.clients.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'after' }));
  await second.settle(1);
  const before = first.events.map(({ detail }) => detail.object.sequencer).sort();
  const [after] = second.events.map(({ detail }) => detail.object.sequencer);
  expect(new Set(before).size).toBe(3);
  expect(after && before.every((sequencer) => sequencer < after)).toBe(true);
  await second.end();
});
