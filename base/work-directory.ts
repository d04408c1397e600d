import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Creates a temporary directory, passes it to `work`, and deletes it afterwards, even on failure: a
 * warm Lambda keeps its disk. `parent`: the directory to create it in; default: the system's
 * temporary directory.
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
