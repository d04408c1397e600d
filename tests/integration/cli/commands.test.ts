import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { command as backfill } from '../../../cli/commands/backfill.ts';
import { command as cancel } from '../../../cli/commands/cancel.ts';
import { command as discard } from '../../../cli/commands/discard.ts';
import { command as download } from '../../../cli/commands/download.ts';
import { command as job } from '../../../cli/commands/job.ts';
import { command as jobs } from '../../../cli/commands/jobs.ts';
import { command as redrive } from '../../../cli/commands/redrive.ts';
import { command as retry } from '../../../cli/commands/retry.ts';
import { command as stats } from '../../../cli/commands/stats.ts';
import { command as where } from '../../../cli/commands/where.ts';
import { operatorAccess } from '../../../core/aws/operator-access.ts';
import { serveApi } from '../../../local/api.ts';
import type { Listening } from '../../../local/http/listen.ts';
import { productEnvironment, RESOURCES } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

let api: JobApi;
let server: Listening;
const ids: Record<string, string> = {};
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));

beforeAll(async () => {
  api = await startApi({ work: worker.work });
  const product = { ...api.cloud.environment, ...productEnvironment(api.cloud.urls.storage) };
  server = await serveApi(product);
  process.env.MEDIA_API_URL = server.url;
  worker.fail('bad');
  for (const file of ['good', 'bad']) {
    await api.upload(uploadKey(`${file}.png`), PIXEL);
    ids[file] = (await api.ended(uploadKey(`${file}.png`))).jobId;
  }
});
afterAll(async () => {
  await server?.close();
  await api?.stop();
});

const COMMANDS = [jobs, where, job, download, retry, cancel, stats, redrive, discard, backfill];

/** Runs a command with the arguments of a shell, in this process. */
async function cli(name: string, ...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const command = COMMANDS.find((one) => one.name === name) ?? jobs;
  const options = { ...command.options, json: { type: 'boolean' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  let out = '';
  const errors = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const print = (line: string) => {
      out += `${line}\n`;
    };
    const code = await command.run({
      values,
      positionals,
      json: values.json === true,
      print,
      aws: operatorAccess,
    });
    return { code, out, error: errors.mock.calls.join('') };
  } finally {
    errors.mockRestore();
  }
}

/** The same as a program of its own. */
async function shell(...args: string[]): Promise<{ code: number; error: string }> {
  const main = ['--disable-warning=ExperimentalWarning', 'local/main.ts', ...args];
  try {
    const { stderr } = await promisify(execFile)(process.execPath, main, { env: process.env });
    return { code: 0, error: stderr };
  } catch (error) {
    const { code, stderr } = error as { code: number; stderr: string };
    return { code, error: stderr };
  }
}

describe('the program', () => {
  const run = promisify(execFile);

  test('runs as `media` in any folder', async () => {
    const media = join(process.cwd(), 'local/media.mjs');
    const { stdout } = await run(process.execPath, [media, 'help'], { cwd: tmpdir() });
    expect(stdout).toMatch(/^Usage: .*\n\n {2}demo .*\n {2}start .*\n {2}stop /);
    const failed = run(process.execPath, [media, 'jobs', '--kind', 'smell'], {
      ...{ cwd: tmpdir(), env: process.env },
    });
    await expect(failed).rejects.toMatchObject({ code: 2 });
  });

  test.each([
    ['media:processor', /make demo.*upload FILE --wait/],
    ['media:test', /make test/],
  ])('says what to run instead of npm run %s', async (script, instead) => {
    await expect(run('npm', ['run', '--silent', script])).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(instead),
    });
  });
});

describe('the command line', () => {
  test('lists jobs for people and for programs', async () => {
    const { code, out } = await cli('jobs', '--status', 'failed');
    expect([code, out.match(/^job_/gm)]).toEqual([0, ['job_']]);
    expect(out).toContain('Expected to be allowed to write.');
    const listed = JSON.parse((await cli('jobs', '--as', 'acme/ann', '--limit', '1', '--all', '--json')).out);
    expect(listed.jobs.map(({ jobId }: { jobId: string }) => jobId)).toEqual([ids.bad, ids.good]);
  });

  test('finds the job of an upload by key and by name', async () => {
    for (const asked of [uploadKey('good.png'), 'Good.P']) {
      const { code, out } = await cli('where', asked, '--as', 'acme/ann');
      expect([code, out.match(/^job_\w+/gm)]).toEqual([0, [ids.good]]);
    }
    const nowhere = await cli('where', 'nothing', '--json');
    expect([nowhere.code, JSON.parse(nowhere.out)]).toEqual([3, { jobs: [] }]);
  });

  test('saves the outputs of a job, each under its name', async () => {
    const to = await mkdtemp(join(tmpdir(), 'download-'));
    try {
      const all = await cli('download', ids.good ?? '', '--to', to);
      const names = ['good_metadata.json', 'good_thumb_small.jpg', 'good_webp.webp'];
      expect([all.code, all.out]).toEqual([0, names.map((name) => `${join(to, name)}\n`).join('')]);
      expect((await readdir(to)).sort()).toEqual(names);
      expect((await readFile(join(to, 'good_thumb_small.jpg'))).equals(PIXEL)).toBe(true);
      const some = join(to, 'some', 'of');
      const { code, out } = await cli('download', ids.good ?? '', '--only', 'webp', '--to', some, '--json');
      expect([code, JSON.parse(out)]).toEqual([
        0,
        { status: 'COMPLETED', files: [join(some, 'good_webp.webp')] },
      ]);
      await expect(cli('download', ids.good ?? '', '--only', 'webp,video', '--to', to)).rejects.toThrow(
        'Expected --only to name outputs, got video. The outputs are: good_metadata.json, good_thumb_small.jpg, good_webp.webp.',
      );
      const none = await cli('download', ids.bad ?? '', '--to', to);
      expect(none).toMatchObject({ code: 1, out: `${ids.bad} is FAILED and has no outputs.\n` });
    } finally {
      await rm(to, { recursive: true });
    }
  });

  test('saves nothing whose content is not what the manifest says', async () => {
    const to = await mkdtemp(join(tmpdir(), 'download-'));
    const { fetch: real } = globalThis;
    const changed = jest.spyOn(globalThis, 'fetch').mockImplementation(async (...args) => {
      const answer = await real(...args);
      return String(args[0]).includes('thumb_small') ? new Response('other') : answer;
    });
    try {
      const only = ['--only', 'thumb_small', '--to', to];
      await expect(cli('download', ids.good ?? '', ...only)).rejects.toThrow(
        /^Expected good_thumb_small.jpg/,
      );
      expect(await readdir(to)).toEqual([]);
    } finally {
      changed.mockRestore();
      await rm(to, { recursive: true });
    }
  });

  test('shows a job, retries it and waits for its end', async () => {
    expect((await cli('job', ids.bad ?? '')).out).toContain('advice     Grant the role');
    expect((await cli('job', ids.bad ?? '', '--wait')).code).toBe(1);
    worker.mend('bad');
    const retried = await cli('retry', ids.bad ?? '', '--wait', '--json');
    expect(retried.code).toBe(0);
    expect(JSON.parse(retried.out)).toMatchObject({
      mode: 'redrive',
      job: { status: 'COMPLETED', attempt: 2 },
    });
  });

  test.each<[string, [string, ...string[]], number]>([
    ['a job that is not there', ['job', 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa'], 3],
    ['a retry of a complete one', ['retry', 'good'], 4],
    ['a cancellation that comes too late', ['cancel', 'good'], 4],
    ['an identity that may not', ['stats', '--as', 'acme', '--tenant', 'globex'], 5],
    ['a filter that is none', ['jobs', '--kind', 'smell'], 2],
    ['an API that is not there', ['jobs', '--api', 'http://127.0.0.1:9'], 1],
  ])('says %s by its exit code', async (_what, [name, ...args], code) => {
    const answer = await cli(name, ...args.map((arg) => ids[arg] ?? arg));
    expect(answer.code).toBe(code);
    expect(answer.out).toBe('');
    expect(answer.error).not.toBe('');
  });

  test.each([
    ['a job that is not there', ['job', 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa', '--json'], 3],
    ['no job', ['job'], 2],
  ])('ends its process with that code, for %s', async (_what, args, code) => {
    const answer = await shell(...args);
    expect(answer.code).toBe(code);
    expect(answer.error).not.toContain('    at ');
  });

  test('gives statistics, and redrives', async () => {
    expect((await cli('stats', '--window', '1h')).out).toMatch(/image\s+2/);
    const { code, out } = await cli('redrive', '--dead-letters', '--json');
    expect([code, JSON.parse(out)]).toMatchObject([0, { results: [{ jobId: ids.bad, outcome: 'dropped' }] }]);
    expect((await cli('redrive', '--dry-run')).out.trim()).toBe('Nothing to redrive.');
  });

  test('delivers undelivered events again, and names what could not be', async () => {
    const QueueUrl = api.deps.config.UNDELIVERED_QUEUE_URL;
    await api.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no event' }));
    const dry = await cli('redrive', '--undelivered', '--dry-run');
    expect([dry.code, dry.out]).toEqual([1, expect.stringMatching(/refused.*neither.*\n.*1 waiting/)]);
    const done = await cli('redrive', '--undelivered', '--all');
    expect([done.code, done.out]).toEqual([1, expect.stringContaining('0 waiting, 1 held')]);
    await expect(cli('redrive', '--undelivered', '--dead-letters')).rejects.toThrow(/at most one of/);
  });

  test('discards dead letters, but only with --yes', async () => {
    worker.fail('doomed');
    const key = uploadKey('doomed.png', 'globex');
    await api.upload(key, PIXEL);
    const { jobId } = await api.ended(key);
    const asked = await cli('discard', '--error', 'AccessDenied');
    expect([asked.code, asked.out]).toEqual([2, expect.stringContaining('repeat with --yes')]);
    expect(asked.out).toContain('1 waiting');
    const done = await cli('discard', '--error', 'AccessDenied', '--yes');
    expect([done.code, done.out]).toEqual([0, expect.stringContaining(`dead-letters/${jobId}/`)]);
    expect((await cli('discard', '--job', jobId)).out).toMatch(/No dead letter matches\.\n.*0 waiting/);
    await expect(cli('discard', '--yes')).rejects.toThrow(/exactly one of/);
  });

  test('fills in what has no job, once', async () => {
    const [{ bucket, key, jobId }] = (await api.jobs()) as [Awaited<ReturnType<JobApi['jobs']>>[number]];
    expect({ bucket, key, jobId }).toMatchObject({ jobId: ids.good });
    const prefix = 'tenants/acme/users/ann/media/';
    expect((await cli('backfill', prefix)).out).toMatch(/has-job\s+2/);
    await api.table.send(new DeleteCommand({ TableName: api.deps.config.JOB_TABLE, Key: { jobId } }));
    // Its row has expired, and its outputs are there.
    const dry = await cli('backfill', prefix, '--dry-run');
    expect(dry.out).toMatch(
      /processed +tenants\/acme\/users\/ann\/media\/good\.png +.*was made of this content/,
    );
    for (const Key of await api.outputs())
      await api.s3.send(new DeleteObjectCommand({ Bucket: RESOURCES.outputBucket, Key }));
    const begun = await cli('backfill', prefix, '--detach', '--json');
    const { backfillId } = JSON.parse(begun.out);
    expect(await api.ended(key)).toMatchObject({ status: 'COMPLETED' });
    await api.until('the end of the backfill', async () =>
      (await cli('backfill', '--show', backfillId)).out.includes('succeeded'),
    );
    const shown = await cli('backfill', '--show', backfillId, '--uploads');
    expect(shown.out).toMatch(/start +0\.000254 +tenants.*good\.png +it has neither a job nor outputs/);
    expect(await cli('backfill', '--resume', backfillId)).toMatchObject({ code: 4 });
    expect((await cli('backfill', '--stop', backfillId)).out).toContain('succeeded');
    for (const wrong of [[], [prefix, '--show', backfillId], ['--show', 'a', '--stop', 'b']])
      await expect(cli('backfill', ...wrong)).rejects.toThrow(/^Expected/);
  });
});

describe('the API on one machine', () => {
  test('answers only to the name of this machine', async () => {
    const status = await new Promise((resolve) => {
      const sent = request(
        `${server.url}/api/media/health`,
        { headers: { host: 'evil.example' } },
        (answer) => resolve(answer.statusCode),
      );
      sent.end();
    });
    expect(status).toBe(421);
    expect((await fetch(`${server.url}/api/media/health`)).status).toBe(200);
  });
});
