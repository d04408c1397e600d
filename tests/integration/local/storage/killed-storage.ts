import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { LOCAL_CLIENT } from '../../../../local/endpoints.ts';
import { startStorage } from '../../../../local/storage/storage.ts';

// Writes versions until version-files.test.ts kills it, and tells every change that was acknowledged.
const [directory = ''] = process.argv.slice(2);
const Bucket = 'media-input';
const storage = await startStorage({
  directory,
  buckets: [Bucket],
  queues: [],
  topics: [],
  wrap: () => undefined,
  changed: () => undefined,
});
// A repeated request would be a second change, of which nobody is told.
const s3 = new S3Client({ ...LOCAL_CLIENT, endpoint: storage.url, maxAttempts: 1 });

const tell = (...words: unknown[]) => process.stdout.write(`${words.join(' ')}\n`);
// From 1, so that no version is deleted but beside another of its key: a delete marker that is left
// alone is removed at the next start, as the lifecycle rule has it, and would seem lost.
for (let i = 1; ; i++) {
  const Key = `key ${i % 2}`;
  const Body = `${i} `.repeat(20_000);
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata: { i: `${i}` } }));
  tell('put', i % 2, VersionId, i);
  if (i % 3 === 0) {
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    tell('put', i % 2, marker.VersionId);
  }
  if (i % 5 !== 0) continue;
  await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  tell('deleted', i % 2, VersionId);
}
