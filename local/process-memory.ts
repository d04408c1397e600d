import { readdir, readFile } from 'node:fs/promises';

interface Process {
  parent: number;
  /** Resident memory in MiB. */
  memory: number;
  command: string;
}

const SAMPLE_MILLISECONDS = 200;

/**
 * Samples the memory of a process and its descendants. Each direct child counts together with its
 * own descendants, under the name that `nameOf` returns for its command line; the process itself
 * counts alone. Linux only: elsewhere nothing is reported.
 */
export function watchMemory(root: number, nameOf: (command: string) => string) {
  const peaks = new Map<string, number>();
  const sample = async () => {
    const all = await processes();
    const memoryBelow = (pid: number): number =>
      [...all]
        .filter(([, { parent }]) => parent === pid)
        .reduce((sum, [child]) => sum + memoryBelow(child), all.get(pid)?.memory ?? 0);
    const note = (name: string, memory: number) => peaks.set(name, Math.max(peaks.get(name) ?? 0, memory));
    for (const [pid, { parent, memory, command }] of all) {
      if (pid === root) note('functions', memory);
      else if (parent === root) note(nameOf(command), memoryBelow(pid));
    }
  };
  const timer = setInterval(() => void sample(), SAMPLE_MILLISECONDS);
  return {
    /** Returns the peak memory in MiB by name. */
    peaks: (): ReadonlyMap<string, number> => peaks,
    stop: () => clearInterval(timer),
  };
}

async function processes(): Promise<Map<number, Process>> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = new Map<number, Process>();
  await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const [status, command] = await Promise.all([read('status'), read('cmdline')]);
      const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      if (status)
        found.set(pid, {
          parent: field('PPid'),
          memory: Math.round(field('VmRSS') / 1024),
          command: command.replaceAll('\0', ' '),
        });
    }),
  );
  return found;
}
