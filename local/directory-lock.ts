import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfPresent, replaceFile } from '../base/files.ts';
import { identify } from './compute/process-tree.ts';

/**
 * Locks a directory so that only one local cloud uses it. Returns a function that unlocks it. The
 * lock of a process that was killed is ignored.
 */
export function lockDirectory(directory: string): () => void {
  const file = join(directory, 'lock');
  const holder = JSON.parse(readIfPresent(file) ?? '{}') as { pid?: number; started?: string };
  if (holder.pid && holder.started && identify(holder.pid)?.started === holder.started) {
    throw new Error(`A local cloud is already running in ${directory}, as process ${holder.pid}`);
  }
  replaceFile(file, JSON.stringify(identify(process.pid) ?? { pid: process.pid }));
  return () => rmSync(file, { force: true });
}
