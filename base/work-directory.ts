import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaError } from './errors.ts';

/** A disk with less is full: what failed may have been removed since. */
const FULL_BYTES = 1024 * 1024;

/**
 * Creates a temporary directory, passes it to `work`, and deletes it afterwards, even on failure: a
 * warm Lambda keeps its disk. Throws `OutOfDisk` in place of an error without a name from ERRORS if the
 * disk is full: programs that lack room often leave a file cut short, which only their reader notices.
 * `parent`: the directory to create it in; default: the system's temporary directory.
 */
export async function withWorkDirectory<Result>(
  prefix: string,
  work: (directory: string) => Promise<Result>,
  parent = tmpdir(),
): Promise<Result> {
  const directory = await mkdtemp(join(parent, prefix));
  try {
    return await work(directory);
  } catch (error) {
    if (error instanceof MediaError || !(await isFull(directory))) throw error;
    throw new MediaError('OutOfDisk', `The disk is full: ${(error as Error).message}`, { cause: error });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function isFull(directory: string): Promise<boolean> {
  const disk = await statfs(directory).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize < FULL_BYTES;
}
