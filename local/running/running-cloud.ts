import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfPresent, replaceFile } from '../../base/files.ts';
import { lockHolder } from '../directory-lock.ts';

/** What `start` tells others about the cloud that it runs. */
export interface Endpoints {
  /** Moment of the start, in UTC. */
  since: string;
  apiUrl: string;
  consoleUrl?: string | undefined;
}

/** The cloud that runs on a directory; without endpoints while it starts. */
export interface RunningCloud extends Partial<Endpoints> {
  pid: number;
}

const fileIn = (directory: string) => join(directory, 'running.json');

export const publishEndpoints = (directory: string, endpoints: Endpoints): void =>
  replaceFile(fileIn(directory), JSON.stringify(endpoints));

export const withdrawEndpoints = (directory: string): void => rmSync(fileIn(directory), { force: true });

/** Returns the cloud that runs on the directory now, if any. */
export function runningCloud(directory: string): RunningCloud | undefined {
  const holder = lockHolder(directory);
  if (!holder) return undefined;
  const endpoints = JSON.parse(readIfPresent(fileIn(directory)) ?? '{}') as Partial<Endpoints>;
  return { ...endpoints, pid: holder.pid };
}

/** Says which cloud runs, since when and where, and how to stop it. */
export function describeRunning({ pid, since, apiUrl, consoleUrl }: RunningCloud, directory: string): string {
  return [
    `A local cloud is running already, as process ${pid}${since ? ` since ${since}` : ', which is starting'}; its data is in ${directory}.`,
    ...(consoleUrl ? [`The console: ${consoleUrl}`] : []),
    ...(apiUrl ? [`The job API: ${apiUrl}/api/media/jobs`] : []),
    'To stop it: make stop, or Ctrl-C where it runs.',
  ].join('\n');
}

/**
 * Tells the cloud to stop, and waits until it has. Returns false if it still runs after the time,
 * in milliseconds.
 */
export async function stopRunning(directory: string, pid: number, patience: number): Promise<boolean> {
  process.kill(pid, 'SIGTERM');
  const deadline = performance.now() + patience;
  while (lockHolder(directory)?.pid === pid) {
    if (performance.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}
