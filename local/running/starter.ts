import { execFileSync } from 'node:child_process';

/** Programs that start others on a user's behalf, and what they start them through. */
const STARTERS = /^(?:\S*\/)?(?:g?make|npm|pnpm|yarn|npx)\b/;
const BETWEEN = /^(?:\S*\/)?(?:sh|bash|dash|zsh) -c\b/;
const LOOK_EVERY = 250;

/**
 * Returns the processes (make, npm and the shells between) that started this one: from the nearest
 * to the farthest starter. Empty if a person's shell did.
 */
export function starters(pid: number = process.ppid): number[] {
  const line = commandOf(pid);
  if (!line || !(STARTERS.test(line.command) || BETWEEN.test(line.command))) return [];
  const above = starters(line.parent);
  return above.length > 0 || STARTERS.test(line.command) ? [pid, ...above] : [];
}

/**
 * Resolves once one of the processes has ended. A terminal's Ctrl-C reaches this process itself, but
 * a signal to make or npm alone does not.
 */
export function oneEnded(pids: readonly number[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (pids.every(isAlive)) return;
      clearInterval(timer);
      resolve();
    }, LOOK_EVERY);
    signal.addEventListener('abort', () => clearInterval(timer));
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function commandOf(pid: number): { parent: number; command: string } | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent = '', command = ''] = /^\s*(\d+)\s+(.*)/.exec(line) ?? [];
    return { parent: Number(parent), command };
  } catch {
    return undefined;
  }
}
