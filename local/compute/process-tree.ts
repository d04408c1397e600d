import { readdirSync, readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks after boot; '' where the system has no /proc. */
  started: string;
}

/** undefined where it has ended, or where the system has no /proc. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  return stat && { pid, started: stat.started };
}

/** The process and all that it has started and they have, whatever group or session they put themselves in. */
export function processTree(root: number): ProcessIdentity[] {
  const children = new Map<number, ProcessIdentity[]>();
  for (const pid of pids()) {
    const stat = statOf(pid);
    if (!stat) continue;
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), { pid, started: stat.started }]);
  }
  const tree = [identify(root) ?? { pid: root, started: '' }];
  for (const { pid } of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** SIGKILL for each that still is the process it was. */
export function killAll(processes: Iterable<ProcessIdentity>): void {
  for (const { pid, started } of processes) {
    if (started === '' || identify(pid)?.started === started) kill(pid, 'SIGKILL');
  }
}

/** A negative number means the group. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function pids(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function statOf(pid: number): { parent: number; started: string } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field, the command in parentheses, may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), started: fields[19] ?? '' };
}
