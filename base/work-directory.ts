import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Makes a fresh directory, lets `work` use it, and removes it with all that is in it, whether the work succeeds or not: a warm Lambda keeps
 * its disk. `parent`: where it is made; default: the system's folder for temporary files.
 */
export async function withWorkDirectory<Result>(
  prefix: string,
  work: (directory: string) => Promise<Result>,
  parent = tmpdir(),
): Promise<Result> {
  const directory = await mkdtemp(join(parent, prefix));
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
