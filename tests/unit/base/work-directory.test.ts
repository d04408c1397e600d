import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { MediaError } from '../../../base/errors.ts';
import { withWorkDirectory } from '../../../base/work-directory.ts';

const MODULE = new URL('../../../base/work-directory.ts', import.meta.url).href;
const mayMount = spawnSync('unshare', ['-m', 'true']).status === 0;
if (!mayMount) console.warn('SKIPPED: a full disk, whose file system only root may mount');

/** Fails in a work directory on a disk with so many KiB, and returns the error. */
async function failedOn(kibibytes: number): Promise<string> {
  const program = `
    const { withWorkDirectory } = await import('${MODULE}');
    const work = () => Promise.reject(new Error('The playlist lists a file that does not exist.'));
    await withWorkDirectory('x-', work, '/mnt').catch(({ name, message }) => console.log(name + ': ' + message));`;
  const mount = `mount -t tmpfs -o size=${kibibytes}k tmpfs /mnt && exec "$@"`;
  const node = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '-e',
    program,
  ];
  const { stdout } = await promisify(execFile)('unshare', ['-m', 'sh', '-c', mount, 'sh', ...node]);
  return stdout.trim();
}

describe('a work directory', () => {
  test('is removed when the work fails, whose error it passes on', async () => {
    const error = new Error('as it came');
    let at = '';
    const work = (directory: string) => {
      at = directory;
      return Promise.reject(error);
    };
    await expect(withWorkDirectory('x-', work)).rejects.toBe(error);
    expect(existsSync(at)).toBe(false);
    const named = new MediaError('CorruptMedia', 'x');
    await expect(withWorkDirectory('x-', () => Promise.reject(named))).rejects.toBe(named);
  });

  (mayMount ? test : test.skip)('on a full disk makes that the error', async () => {
    const message = 'The playlist lists a file that does not exist.';
    expect(await failedOn(100)).toBe(`OutOfDisk: The disk is full: ${message}`);
    expect(await failedOn(10_000)).toBe(`Error: ${message}`);
  });
});
