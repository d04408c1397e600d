import { readdirSync, readFileSync } from 'node:fs';

/** Identity of a process that tells it apart from a later one with the same PID. */
export interface ProcessIdentity {
  pid: number;
  /** Start time in clock ticks after boot; '' if the system has no /proc. */
  started: string;
}

/** Identifies a process. Returns undefined if it has ended or the system has no /proc. */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  return stat && { pid, started: stat.started };
}

/** Lists a process and all its descendants, whatever process group or session they are in. */
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

/** Sends SIGKILL to each process, unless its PID now belongs to another process. */
export function killAll(processes: Iterable<ProcessIdentity>): void {
  for (const { pid, started } of processes) {
    if (started === '' || identify(pid)?.started === started) kill(pid, 'SIGKILL');
  }
}

/** Sends a signal. A negative PID addresses the process group. */
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
  // The second field, the command in parentheses, may contain any character:
  // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { parent: Number(fields[1]), started: fields[19] ?? '' };
}
