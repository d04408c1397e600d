import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfPresent } from '../base/files.ts';

export interface CloudProcess {
  pid: number;
  /** Variables that point the AWS SDK and the product at the local cloud. */
  environment: Record<string, string>;
  stop(): Promise<void>;
}

const READY_MILLISECONDS = 60_000;
const STOP_MILLISECONDS = 20_000;

/**
 * Starts the local cloud as a separate process that logs to `cloud.log` in the directory, and waits
 * until it is ready.
 */
export async function spawnCloud(directory: string): Promise<CloudProcess> {
  await mkdir(directory, { recursive: true });
  const ready = join(directory, 'endpoints.json');
  const logFile = join(directory, 'cloud.log');
  await rm(ready, { force: true });
  const log = await open(logFile, 'a');
  const main = new URL('./main.ts', import.meta.url).pathname;
  const args = [
    ...process.execArgv,
    main,
    'start',
    '--directory',
    directory,
    '--ports',
    'free',
    '--no-console',
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', log.fd, log.fd] });
  await log.close();
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    const gone = await Promise.race([exited.then(() => true), sleep(STOP_MILLISECONDS, false)]);
    if (!gone) child.kill('SIGKILL');
    await exited;
  };
  const deadline = Date.now() + READY_MILLISECONDS;
  while (!readIfPresent(ready)) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(
        `The local cloud did not start; the end of ${logFile}:\n${(await readFile(logFile, 'utf8')).slice(-2000)}`,
      );
    }
    await sleep(50);
  }
  return {
    pid: child.pid ?? 0,
    environment: JSON.parse(await readFile(ready, 'utf8')) as Record<string, string>,
    stop,
  };
}
