import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { processes } from '../processes.ts';

export interface Cost {
  /** Processor time of this process and of those that it started and that have ended, in seconds. */
  processorSeconds: number;
  /** Highest memory of this process above what it had before, and of all that it started, in MiB. */
  peakMiB: number;
}

const PAGE_BYTES = 4096;
const TICKS_PER_SECOND = 100;
const MiB = 1024 * 1024;

/** Runs work and measures what it costs: not by the clock, which a busy machine makes run fast (Linux). */
export async function watched<Result>(work: () => Promise<Result>): Promise<{ result: Result } & Cost> {
  const [before, started] = [await memory(), await processorSeconds()];
  const ended = new AbortController();
  let peak = before;
  const watch = async () => {
    while (!ended.signal.aborted) {
      peak = Math.max(peak, await memory());
      await setTimeout(50);
    }
  };
  const watching = watch();
  const result = await work().finally(() => ended.abort());
  await watching;
  return {
    result,
    processorSeconds: (await processorSeconds()) - started,
    peakMiB: Math.round((peak - before) / MiB),
  };
}

async function processorSeconds(): Promise<number> {
  const fields = (await readFile('/proc/self/stat', 'utf8')).replace(/^.*\) /, '').split(' ');
  // utime, stime, cutime, cstime: fields 14 to 17 of proc(5), counted after the name.
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND;
}

async function memory(): Promise<number> {
  const all = await processes();
  const ours = new Set([process.pid]);
  for (const { pid, parent } of all) if (ours.has(parent)) ours.add(pid);
  const sizes = [...ours].map(async (pid) => {
    const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '0 0');
    return Number(statm.split(' ')[1]) * PAGE_BYTES;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
