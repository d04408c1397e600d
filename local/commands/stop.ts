import { resolve } from 'node:path';
import type { Command } from '../../cli/command.ts';
import { runningCloud, stopRunning } from '../running/running-cloud.ts';

/** Milliseconds. Tasks get 30 s to end when the cloud stops. */
const PATIENCE = 45_000;

export const command: Command = {
  name: 'stop',
  usage: '[--directory DIR]',
  summary: 'Stop the local cloud that `start` runs, and wait until it has stopped',
  examples: ['npm run cli -- stop'],
  options: { directory: { type: 'string', default: '.local/cloud' } },
  async run({ values, print }) {
    const directory = resolve(String(values.directory));
    const cloud = runningCloud(directory);
    if (!cloud) {
      print(`No local cloud is running in ${directory}.`);
      return 0;
    }
    const { pid } = cloud;
    const stopped = await stopRunning(directory, pid, PATIENCE);
    print(
      stopped
        ? `The local cloud, process ${pid}, has stopped.`
        : `Process ${pid} was told to stop and still runs after ${PATIENCE / 1000} s.`,
    );
    return stopped ? 0 : 1;
  },
};
