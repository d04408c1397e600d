import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { uploadKey } from '../../support/pipeline.ts';
import { type ServedApi, startServedApi } from '../../support/served-api.ts';
import { PIXEL, standInWorker } from '../../support/stand-in-worker.ts';

const CONSOLE = 'http://127.0.0.1:4589';

let api: ServedApi;
let folder: string;
const ids: Record<string, string> = {};
const worker = standInWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-test-'));
  api = await startServedApi({ work: worker.work });
  for (const file of ['holiday', 'harbour', 'harbour-2']) {
    const key = uploadKey(`${file}.png`);
    await api.upload(key, PIXEL);
    ids[file] = (await api.ended(key)).jobId;
  }
});
afterAll(async () => {
  await api?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs `media` as a program, as acme/ann. */
async function media(args: string[], environment: Record<string, string> = {}) {
  const main = ['--disable-warning=ExperimentalWarning', 'local/main.ts', ...args];
  const env = { ...process.env, MEDIA_API_URL: api.url, MEDIA_API_IDENTITY: 'acme/ann', ...environment };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, main, { env });
    return { code: 0, out: stdout.trim(), error: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout.trim(), error: stderr };
  }
}

describe('a job', () => {
  test('is named by its id, the key of its upload, or the beginning of the file name', async () => {
    for (const name of [ids.holiday ?? '', uploadKey('holiday.png'), 'Holi']) {
      const { out } = await media(['job', name, '--json']);
      expect(JSON.parse(out).jobId).toBe(ids.holiday);
    }
  });

  test('is not guessed among several uploads', async () => {
    const { code, error } = await media(['cancel', 'harbour']);
    expect(code).toBe(2);
    expect(error).toContain('Expected one upload called harbour…, got several.');
    for (const file of ['harbour.png', 'harbour-2.png']) expect(error).toContain(uploadKey(file));
    expect((await media(['job', 'harbour-2', '--json'])).code).toBe(0);
  });

  test('that nobody has, or another tenant, is said to have none', async () => {
    expect(await media(['job', 'nothing'])).toMatchObject({
      code: 2,
      error: expect.stringContaining('got nothing, which has none.'),
    });
    const foreign = { MEDIA_API_IDENTITY: 'globex/bob' };
    expect((await media(['job', uploadKey('holiday.png')], foreign)).code).toBe(2);
  });
});

describe('open', () => {
  test('opens the page of a job in the browser, and prints its link where there is none', async () => {
    const asked = join(folder, 'asked.txt');
    const opener = join(folder, 'xdg-open');
    await writeFile(opener, `#!/bin/sh\necho "$1" > ${asked}\n`);
    await chmod(opener, 0o755);
    const page = `${CONSOLE}/jobs/${ids.holiday}`;
    const path = { PATH: `${folder}${delimiter}${process.env.PATH}`, MEDIA_CONSOLE_URL: CONSOLE };
    expect(await media(['open', 'holiday'], path)).toEqual({ code: 0, out: '', error: '' });
    expect(await readFile(asked, 'utf8')).toBe(`${page}\n`);
    await writeFile(opener, '#!/bin/sh\nexit 3\n');
    expect(await media(['open', 'holiday'], path)).toMatchObject({
      code: 1,
      error: expect.stringContaining(page),
    });
    expect(await media(['open', 'holiday', '--print'], path)).toMatchObject({ code: 0, out: page });
  });

  test('opens an output by its name, and says which there are', async () => {
    const { out } = await media(['open', 'holiday', '--output', 'thumb_small', '--print']);
    expect((await fetch(out)).status).toBe(200);
    const unknown = await media(['open', 'holiday', '--output', 'hologram', '--print']);
    expect(unknown).toMatchObject({
      code: 2,
      error: expect.stringMatching(/one of .*thumb_small.*, got hologram/),
    });
  });

  test('says where the address of the console comes from', async () => {
    const { code, error } = await media(['open', 'holiday'], { MEDIA_CONSOLE_URL: '' });
    expect([code, error]).toEqual([2, expect.stringContaining('MEDIA_CONSOLE_URL')]);
  });
});

test('bash completes commands, options, and leaves files to itself', async () => {
  const complete = async (...words: string[]) => {
    const script = `eval "$SCRIPT"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _media; echo "\${COMPREPLY[*]}"`;
    const { out } = await media(['completion', 'bash']);
    const env = { ...process.env, SCRIPT: out };
    const { stdout } = await promisify(execFile)('bash', ['-c', script, 'bash', ...words], { env });
    return stdout.trim();
  };
  expect(await complete('media', 'do')).toBe('download');
  expect(await complete('media', 'download', '--')).toBe('--only --to --api --as --help --json');
  expect(await complete('media', 'upload', 'hol')).toBe('');
  expect(await media(['completion', 'tcsh'])).toMatchObject({
    code: 2,
    error: 'Expected one of bash, zsh, fish, got tcsh.\n',
  });
});
