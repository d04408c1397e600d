import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { CommandContext } from '../../../cli/command.ts';
import { command as upload } from '../../../cli/commands/upload/upload.ts';
import { operatorAccess } from '../../../core/aws/operator-access.ts';
import { serveApi } from '../../../local/api.ts';
import type { Listening } from '../../../local/http/listen.ts';
import { productEnvironment, RESOURCES } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

const MiB = 2 ** 20;
/** A tag of a megabyte, which leaves open what follows: admission finds noise, and rejects it. */
const TAG = Buffer.from('ID3\x04\0\0\0\x40\0\0', 'latin1');
let api: JobApi;
let server: Listening;
let directory: string;
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'upload-test-'));
  process.env.XDG_STATE_HOME = join(directory, 'state');
  api = await startApi({ work: worker.work });
  server = await serveApi({
    ...api.cloud.environment,
    ...productEnvironment(api.cloud.urls.storage),
    MAX_IMAGE_BYTES: '1000',
  });
  process.env.MEDIA_API_URL = server.url;
});
afterAll(async () => {
  delete process.env.XDG_STATE_HOME;
  delete process.env.MEDIA_API_URL;
  await server?.close();
  await api?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Runs the command as acme/ann, and returns what it says to programs. */
async function run(files: string[], values: CommandContext['values'] = {}) {
  let out = '';
  const errors = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const code = await upload.run({
      ...{ values: { as: 'acme/ann', ...values }, positionals: files, json: true, aws: operatorAccess },
      print: (line) => {
        out += line;
      },
    });
    return { code, ...(out ? JSON.parse(out) : {}), said: errors.mock.calls.join('') };
  } finally {
    errors.mockRestore();
  }
}

async function file(name: string, content: Buffer): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

describe('upload', () => {
  test('sends a focal point as user metadata, and refuses what is none', async () => {
    const { files } = await run([await file('focal.png', PIXEL)], { 'focal-point': '0.25,1', wait: true });
    const { Metadata } = await api.s3.send(
      new HeadObjectCommand({ Bucket: RESOURCES.mediaBucket, Key: files[0].key }),
    );
    expect(Metadata).toEqual({ 'focal-point': '0.25,1' });
    for (const wrong of ['0.5', '0.5,1.1', '50%,50%', ''])
      await expect(run([await file('wrong.png', PIXEL)], { 'focal-point': wrong })).rejects.toThrow(
        `two numbers from 0 to 1, such as 0.3,0.7, got ${wrong}`,
      );
  });

  test('sends files, shows their progress, and waits for their jobs', async () => {
    const paths = [await file('a.png', PIXEL), await file('b c.png', PIXEL)];
    const { code, files, jobs, said } = await run(paths, { wait: true });
    expect(code).toBe(0);
    expect(files).toEqual([
      { file: paths[0], key: expect.stringMatching(/^tenants\/acme\/users\/ann\/media\/\d+-\w+-a\.png$/) },
      { file: paths[1], key: expect.stringMatching(/-b_c\.png$/) },
    ]);
    expect(jobs.map((job: { key: string; status: string }) => [job.key, job.status])).toEqual(
      files.map(({ key }: { key: string }) => [key, 'COMPLETED']),
    );
    expect(said).toMatch(/^a\.png: upload 100%\n/);
    expect(said).toMatch(/b c\.png: completed\n/);
  });

  test('says which file the API refuses, and sends the others', async () => {
    worker.fail('ill');
    const paths = [
      await file('large.png', Buffer.alloc(1001)),
      await file('ill.png', PIXEL),
      await file('well.png', PIXEL),
      await file('firmware.bin', Buffer.from('nothing that is known'.repeat(20))),
    ];
    const { code, files, jobs, said } = await run(paths, { wait: true });
    expect(code).toBe(1);
    expect(files[0]).toMatchObject({ failure: 'File too large: Expected at most 1000 bytes, got 1001.' });
    expect(jobs.map(({ status }: { status: string }) => status)).toEqual(['FAILED', 'COMPLETED']);
    expect(said).toContain(`${paths[0]}: File too large`);
    expect(files[3]).toEqual({
      file: paths[3],
      key: 'firmware.bin',
      failure: expect.stringMatching(/^Upload refused: Expected JPEG, .* its content is of no known type\.$/),
    });
    const { Contents = [] } = await api.s3.send(new ListObjectsV2Command({ Bucket: RESOURCES.mediaBucket }));
    expect(Contents.filter(({ Key }) => /large|firmware/.test(Key ?? ''))).toEqual([]);
  });

  test.each<[string, () => Promise<string[]>, RegExp]>([
    ['no file', async () => [], /^Expected one file or more/],
    ['a file that is not there', async () => [join(directory, 'none.png')], /none\.png: ENOENT\.$/],
    [
      'a folder',
      async () => {
        await mkdir(join(directory, 'folder'));
        return [join(directory, 'folder')];
      },
      /which is none\.$/,
    ],
    ['an empty file', async () => [await file('empty.png', Buffer.alloc(0))], /which is empty\.$/],
  ])('refuses %s before anything is sent', async (_what, files, message) => {
    await expect(run(await files())).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(message),
    });
  });

  describe('of a large file', () => {
    const { fetch: real } = globalThis;
    /** Lets the first parts through, and refuses those after them as `status` says; counts what arrives. */
    function limited(allowed: number, status: number) {
      const sent: number[] = [];
      const spy = jest.spyOn(globalThis, 'fetch').mockImplementation(async (...args) => {
        if (args[1]?.method !== 'PUT') return real(...args);
        if (sent.length >= allowed)
          return new Response('<Error><Code>Broken</Code><Message>By the test.</Message></Error>', {
            status,
          });
        sent.push(Number(new URL(String(args[0])).searchParams.get('partNumber')));
        return real(...args);
      });
      return { sent, stop: () => spy.mockRestore() };
    }

    test('goes on where an interrupted run stopped, and not if the file has changed', async () => {
      const content = Buffer.concat([TAG, randomBytes(70 * MiB - TAG.length)]);
      const path = await file('film.mp3', content);
      const first = limited(2, 400);
      const broken = await run([path]);
      first.stop();
      expect(broken).toMatchObject({
        code: 1,
        files: [{ failure: 'S3 rejected the upload (Broken): By the test.' }],
      });
      expect(first.sent).toHaveLength(2);

      const second = limited(Number.POSITIVE_INFINITY, 200);
      const { code, files } = await run([path]);
      second.stop();
      expect(code).toBe(0);
      expect([...first.sent, ...second.sent].sort()).toEqual([1, 2, 3, 4, 5]);
      const { Body } = await api.s3.send(
        new GetObjectCommand({ Bucket: RESOURCES.mediaBucket, Key: files[0].key }),
      );
      const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
      expect(hash((await Body?.transformToByteArray()) ?? new Uint8Array())).toBe(hash(content));

      const third = limited(1, 400);
      await run([path]);
      third.stop();
      await truncate(path, 66 * MiB);
      const fourth = limited(Number.POSITIVE_INFINITY, 200);
      const changed = await run([path]);
      fourth.stop();
      expect([changed.code, fourth.sent.sort()]).toEqual([0, [1, 2, 3, 4, 5]]);
      for (const { key } of [...files, ...changed.files]) await api.ended(key);
    }, 120_000);

    test('tries a part again with a new link', async () => {
      const path = await file('talk.mp3', Buffer.concat([TAG, randomBytes(65 * MiB)]));
      let refusals = 0;
      const spy = jest.spyOn(globalThis, 'fetch').mockImplementation(async (...args) => {
        if (args[1]?.method !== 'PUT' || ++refusals > 3) return real(...args);
        return new Response('<Code>AccessDenied</Code><Message>Request has expired</Message>', {
          status: 403,
        });
      });
      const { code, files } = await run([path]);
      spy.mockRestore();
      expect(code).toBe(0);
      await api.ended(files[0].key);
      expect(refusals).toBe(3 + 5);
    }, 120_000);
  });
});
