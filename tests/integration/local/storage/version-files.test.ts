import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { describe, expect, test } from '@jest/globals';
import { NONCURRENT_DAYS } from '../../../../local/storage/version-lifecycle.ts';
import { setup, until } from '../../../support/local-cloud.ts';

const Bucket = 'media-input';
const DAY = 86_400_000;

async function versionsOf(s3: S3Client) {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  return [...Versions, ...DeleteMarkers];
}

function filesOf(directory: string): string[] {
  return (readdirSync(join(directory, 's3', 'objects'), { recursive: true }) as string[])
    .map((name) => join(directory, 's3', 'objects', name))
    .filter((file) => statSync(file).isFile());
}

/** Kills storage after so many acknowledged changes; tells for each key what is stored by them. */
async function killAfter(changes: number) {
  const directory = mkdtempSync(join(tmpdir(), 'killed-storage-'));
  const program = new URL('./killed-storage.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, directory]);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
    if (output.split('\n').length > changes) child.kill('SIGKILL');
  });
  child.stderr.on('data', (chunk) => process.stderr.write(chunk));
  await once(child, 'close');
  const stored: [string[], string[]] = [[], []];
  const lines = output.slice(0, output.lastIndexOf('\n')).split('\n');
  for (const [what, key, id = ''] of lines.map((line) => line.split(' '))) {
    const ids = stored[Number(key) as 0 | 1];
    if (what === 'put') ids.push(id);
    else ids.splice(ids.indexOf(id), 1);
  }
  return { directory, stored };
}

test.each([1, 4, 9, 20, 33])(
  'a process killed after %d changes loses none of them and shows none by half',
  async (changes) => {
    const { directory, stored } = await killAfter(changes);
    const subject = await setup({ directory });
    const { s3 } = subject.clients;
    let unacknowledged = 0;
    for (const [i, ids] of stored.entries()) {
      const { Versions = [], DeleteMarkers = [] } = await s3.send(
        new ListObjectVersionsCommand({ Bucket, Prefix: `key ${i}` }),
      );
      const objects = Versions.map(({ VersionId = '' }) => VersionId).reverse();
      const markers = DeleteMarkers.map(({ VersionId = '' }) => VersionId).reverse();
      const found = [...objects, ...markers];
      // The killed process may have been amid one more change.
      const more = found.filter((id) => !ids.includes(id));
      const fewer = ids.filter((id) => !found.includes(id));
      unacknowledged += more.length + fewer.length;
      expect(objects.filter((id) => ids.includes(id))).toEqual(ids.filter((id) => objects.includes(id)));
      expect(markers.filter((id) => ids.includes(id))).toEqual(ids.filter((id) => markers.includes(id)));
      for (const VersionId of objects) {
        const got = await s3.send(new GetObjectCommand({ Bucket, Key: `key ${i}`, VersionId }));
        expect(await got.Body?.transformToString()).toBe(`${got.Metadata?.i} `.repeat(20_000));
      }
    }
    expect(unacknowledged).toBeLessThanOrEqual(1);
    const files = filesOf(directory);
    const bodies = files.filter((file) => file.endsWith('.data'));
    const described = files.filter(
      (file) => file.endsWith('.json') && readFileSync(file, 'utf8').includes('"data"'),
    );
    expect(bodies).toHaveLength(described.length);
    expect(files.filter((file) => !/\.(?:data|json)$/.test(file))).toEqual([]);
    await subject.end();
  },
);

test('versions and markers keep their order over restarts, also beside new ones', async () => {
  const first = await setup();
  const ids: (string | undefined)[] = [];
  const put = async ({ clients }: typeof first, Body: string) =>
    ids.push((await clients.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body }))).VersionId);
  for (const body of ['1', '2', '3']) await put(first, body);
  await first.cloud.stop();
  const second = await setup({ directory: first.directory });
  await put(second, '4');
  const { Versions = [] } = await second.clients.s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: 'k' }),
  );
  expect(Versions.map(({ VersionId }) => VersionId)).toEqual(ids.toReversed());
  const { VersionId: marker } = await second.clients.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }));
  await second.cloud.stop();
  const third = await setup({ directory: first.directory });
  const get = () => third.clients.s3.send(new GetObjectCommand({ Bucket, Key: 'k' }));
  await expect(get()).rejects.toMatchObject({ name: 'NoSuchKey' });
  await third.clients.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', VersionId: marker }));
  expect(await (await get()).Body?.transformToString()).toBe('4');
  await third.end();
});

test('an object from before versioning is the version null, and the oldest', async () => {
  const before = await setup();
  await before.cloud.stop();
  const hash = createHash('sha256').update('old').digest('hex');
  const folder = join(before.directory, 's3', 'objects', Bucket, hash.slice(0, 2));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'body.data'), 'before');
  const etag = `"${createHash('md5').update('before').digest('hex')}"`;
  const common = { key: 'old', contentType: 'text/plain', contentLength: 6, etag, metadata: { a: 'b' } };
  const description = { ...common, lastModified: new Date().toISOString(), data: 'body.data' };
  writeFileSync(join(folder, `${hash}.json`), JSON.stringify(description));

  const subject = await setup({ directory: before.directory });
  const { s3 } = subject.clients;
  const get = (VersionId?: string) => s3.send(new GetObjectCommand({ Bucket, Key: 'old', VersionId }));
  const current = await get();
  expect(current).toMatchObject({ VersionId: 'null', ContentType: 'text/plain', Metadata: { a: 'b' } });
  expect(await current.Body?.transformToString()).toBe('before');
  const { VersionId } = await s3.send(new PutObjectCommand({ Bucket, Key: 'old', Body: 'after' }));
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  expect(Versions.map((version) => version.VersionId)).toEqual([VersionId, 'null']);
  expect(await (await get('null')).Body?.transformToString()).toBe('before');
  await s3.send(new DeleteObjectCommand({ Bucket, Key: 'old', VersionId: 'null' }));
  expect(existsSync(join(folder, 'body.data'))).toBe(false);
  expect(await (await get()).Body?.transformToString()).toBe('after');
  await subject.end();
});

describe('old versions', () => {
  test('expire when Terraform’s lifecycle rule says so', () => {
    const variables = readFileSync(new URL('../../../../terraform/variables.tf', import.meta.url), 'utf8');
    const [, days] = /"noncurrent_version_days" \{[^}]*?default\s*=\s*(\d+)/.exec(variables) ?? [];
    expect(NONCURRENT_DAYS).toBe(Number(days));
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
  test('are dropped at the start, with a marker that hides nothing, and S3 tells so', async () => {
    const first = await setup();
    const { s3 } = first.clients;
    const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    const old = await put('replaced', 'old');
    await put('replaced', 'current');
    await put('deleted', 'old');
    const marker = await s3.send(new DeleteObjectCommand({ Bucket, Key: 'deleted' }));
    await first.cloud.stop();

    const soon = await setup({ directory: first.directory, now: () => Date.now() + 29 * DAY });
    expect(await versionsOf(soon.clients.s3)).toHaveLength(4);
    await soon.cloud.stop();

    const events: { detail: Record<string, unknown> & { object: Record<string, unknown> } }[] = [];
    const later = await setup({
      directory: first.directory,
      now: () => Date.now() + 31 * DAY,
      rules: [{ name: 'all', pattern: '{"source":["aws.s3"]}', target: { function: 'watch' } }],
      functions: { watch: async (event) => void events.push(event) },
    });
    const left = await versionsOf(later.clients.s3);
    expect(left.map(({ Key, IsLatest }) => [Key, IsLatest])).toEqual([['replaced', true]]);
    expect(filesOf(first.directory)).toHaveLength(2);
    await until(() => events.length >= 3);
    await later.cloud.events.settled();
    expect(events).toHaveLength(3);
    expect(events.map(({ detail }) => detail.object['version-id'])).toEqual(
      expect.arrayContaining([old.VersionId, marker.VersionId]),
    );
    for (const { detail } of events) {
      expect(detail).toMatchObject({
        reason: 'Lifecycle Expiration',
        requester: 's3.amazonaws.com',
        'deletion-type': 'Permanently Deleted',
      });
      expect(detail).not.toHaveProperty('source-ip-address');
    }
    await later.end();
  });
});
