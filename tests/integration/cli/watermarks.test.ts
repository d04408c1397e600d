import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { command as watermark } from '../../../cli/commands/watermark.ts';
import { command as watermarks } from '../../../cli/commands/watermarks.ts';
import { operatorAccess } from '../../../core/aws/operator-access.ts';
import { serveApi } from '../../../local/api.ts';
import type { Listening } from '../../../local/http/listen.ts';
import { productEnvironment } from '../../../local/resources.ts';
import { type JobApi, startApi } from '../../support/job-api.ts';
import { logoPng } from '../../support/logo.ts';

let api: JobApi;
let server: Listening;
let directory: string;
let file: string;
beforeAll(async () => {
  api = await startApi();
  server = await serveApi({ ...api.cloud.environment, ...productEnvironment(api.cloud.urls.storage) });
  process.env.MEDIA_API_URL = server.url;
  directory = await mkdtemp(join(tmpdir(), 'cli-watermarks-'));
  file = join(directory, 'logo.png');
  await writeFile(file, await logoPng());
});
afterAll(async () => {
  await server?.close();
  await api?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Runs a command with the arguments of a shell, in this process. */
async function cli(command: typeof watermark, ...args: string[]) {
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
      aws: operatorAccess,
      print,
    });
    return { code, out, error: errors.mock.calls.join('') };
  } finally {
    errors.mockRestore();
  }
}

describe('the command line', () => {
  test('stores, lists, shows, saves and deletes a watermark of a tenant', async () => {
    const put = await cli(watermark, 'logo', '--tenant', 'acme', '--put', file);
    expect(put).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^logo of acme, 80 × 40 pixels, image [0-9a-f]{12} is stored/),
    });
    expect((await cli(watermarks, '--tenant', 'acme')).out).toMatch(/logo +80 × 40/);
    expect((await cli(watermarks, '--as', 'acme/ann')).out).toMatch(/logo +80 × 40/);
    expect((await cli(watermarks, '--as', 'globex/bob')).out).not.toContain('logo');
    const saved = join(directory, 'saved.png');
    expect((await cli(watermark, 'logo', '--tenant', 'acme', '--save', saved)).code).toBe(0);
    expect(await readFile(saved)).toEqual(await readFile(file));
    const shown = JSON.parse((await cli(watermark, 'logo', '--as', 'acme/ann', '--json')).out);
    expect(shown).toMatchObject({
      name: 'logo',
      tenantId: 'acme',
      png: (await logoPng()).toString('base64'),
    });
    expect((await cli(watermark, 'logo', '--tenant', 'acme', '--delete')).out).toBe('Deleted.\n');
    expect((await cli(watermark, 'logo', '--tenant', 'acme')).code).toBe(3);
  });

  test('says what was wrong', async () => {
    const nobodys = await cli(watermark, 'logo', '--put', file);
    expect([nobodys.code, nobodys.error]).toEqual([2, expect.stringContaining('tenantId')]);
    const text = join(directory, 'logo.txt');
    await writeFile(text, 'logo');
    const refused = await cli(watermark, 'logo', '--tenant', 'acme', '--put', text);
    expect([refused.code, refused.error]).toEqual([2, expect.stringContaining('png: expected a PNG')]);
    await expect(cli(watermark, 'logo', '--tenant', 'acme', '--put', 'missing.png')).rejects.toThrow(
      'Cannot read missing.png',
    );
    await expect(cli(watermark, 'logo', '--put', file, '--delete')).rejects.toThrow('Expected one of --put');
    await expect(cli(watermark)).rejects.toThrow('Expected one name of a watermark');
    const foreign = await cli(watermark, 'logo', '--tenant', 'globex', '--as', 'acme/ann');
    expect(foreign.code).toBe(5);
  });
});
