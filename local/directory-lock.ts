import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfPresent, replaceFile } from '../base/files.ts';
import { identify } from './compute/process-tree.ts';

interface Holder {
  pid: number;
  started: string;
}

const fileIn = (directory: string) => join(directory, 'lock');

/** Returns the process that holds the lock; a lock of one that has ended does not count. */
export function lockHolder(directory: string): Holder | undefined {
  const holder = JSON.parse(readIfPresent(fileIn(directory)) ?? '{}') as Partial<Holder>;
  const { pid, started } = holder;
  return pid && started && identify(pid)?.started === started ? { pid, started } : undefined;
}

/**
 * Locks a directory so that only one local cloud uses it. Returns a function that unlocks it. The
 * lock of a process that was killed is ignored.
 */
export function lockDirectory(directory: string): () => void {
  const holder = lockHolder(directory);
  if (holder) throw new Error(`A local cloud is already running in ${directory}, as process ${holder.pid}`);
  const file = fileIn(directory);
  replaceFile(file, JSON.stringify(identify(process.pid) ?? { pid: process.pid }));
  return () => rmSync(file, { force: true });
}
