import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { DocumentFacts } from '../../../../media/document/reader/page-protocol.ts';
import { type PageReader, startPageReader } from '../../../../media/document/reader/page-reader.ts';
import { writePdf } from '../../../../samples/write-pdf.ts';
import { textAt } from './setup.ts';

let directory: string;
let reader: PageReader;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'page-reader-test-'));
  process.env.AWS_SECRET_ACCESS_KEY = 'not for the child';
  reader = startPageReader(directory);
});
afterEach(async () => {
  delete process.env.AWS_SECRET_ACCESS_KEY;
  reader.kill();
  await rm(directory, { recursive: true, force: true });
});

const open = (file: string) => reader.ask<DocumentFacts>({ ask: 'open', file }, 30_000);
const pdf = writePdf({ pages: [{ content: textAt('Hello') }] });
const onLinux = process.platform === 'linux' ? test : test.skip;

describe('the child that reads documents', () => {
  onLinux('has nothing of our environment', async () => {
    await writeFile(join(directory, 'source'), pdf);
    await open(join(directory, 'source'));
    const environment = await readFile(`/proc/${reader.pid}/environ`, 'latin1');
    const names = environment.split('\0').map((entry) => entry.split('=')[0]);
    expect(names.filter((name) => name && !name.startsWith('NODE_CHANNEL')).sort()).toEqual([
      'DISABLE_SYSTEM_FONTS_LOAD',
      'LANG',
      'TZ',
    ]);
  });

  test('is ended if it does not start, which is no fault of the document', async () => {
    const stuck = startPageReader(directory, { startSeconds: 0.5 });
    process.kill(stuck.pid ?? 0, 'SIGSTOP');
    await writeFile(join(directory, 'source'), pdf);
    const asked = stuck.ask({ ask: 'open', file: join(directory, 'source') }, 30_000);
    await expect(asked).rejects.toThrow('The page reader did not start: it was not ready within 0.5 s');
    await expect(asked).rejects.toMatchObject({ name: 'TimedOut' });
  });

  test('may read nothing outside its directory, and a refusal is no fault of the document', async () => {
    const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
    await writeFile(join(elsewhere, 'source'), pdf);
    await expect(open(join(elsewhere, 'source'))).rejects.toThrow(/The page reader: ERR_ACCESS_DENIED/);
    await rm(elsewhere, { recursive: true });
  });

  test('may write nothing outside it', async () => {
    await writeFile(join(directory, 'source'), pdf);
    await open(join(directory, 'source'));
    const into = join(tmpdir(), 'written-by-the-page-reader');
    await expect(reader.ask({ ask: 'picture', page: 1, into }, 30_000)).rejects.toThrow(/ERR_ACCESS_DENIED/);
  });

  test('is told of as dead when it is killed over a question', async () => {
    await writeFile(join(directory, 'source'), pdf);
    await open(join(directory, 'source'));
    const answer = reader.ask({ ask: 'text', page: 1, annotations: false }, 30_000);
    reader.kill();
    await expect(answer).rejects.toMatchObject({
      name: 'ReaderDied',
      message: 'the program crashed (SIGKILL)',
    });
  });

  test('is killed when it takes too long', async () => {
    await writeFile(join(directory, 'source'), pdf);
    await open(join(directory, 'source'));
    const question = { ask: 'picture', page: 1, into: join(directory, 'picture') } as const;
    await expect(reader.ask(question, 1)).rejects.toMatchObject({
      name: 'ReaderDied',
      message: 'it took longer than 0.001 s',
    });
  });
});
