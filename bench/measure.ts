import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Command that a benchmark compares. For a pipeline of programs, use `bash -c '…'`. */
export interface Contestant {
  name: string;
  command: string;
  args: readonly string[];
  env?: Record<string, string>;
}

export interface Sample {
  wallMs: number;
  /** User and system time of the command and of every child it waited for. */
  cpuMs: number;
  /** Largest total resident memory of the command and its living descendants. */
  peakMiB: number;
  stdout: string;
}

export interface Result extends Omit<Sample, 'stdout'> {
  name: string;
  runs: number;
  /** Output of each run. */
  outputs: string[];
}

/**
 * Interval in milliseconds at which /proc is read: short compared to any run worth measuring, and
 * below 1 % of one core.
 */
const LOOK_EVERY = 10;

/**
 * Runs each contestant `runs` times, interleaved (a b c, a b c, …), so that a slow phase of the
 * machine affects all of them alike, after one unmeasured round that warms the page cache. Returns
 * the medians. Throws if a command fails: a broken contestant must not count as a slow one.
 */
export async function compare(contestants: readonly Contestant[], runs: number): Promise<Result[]> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  for (let run = -1; run < runs; run++) {
    for (const contestant of contestants) {
      const sample = await measure(contestant);
      if (run >= 0) samples.get(contestant.name)?.push(sample);
    }
  }
  return [...samples].map(([name, all]) => ({
    name,
    runs,
    wallMs: median(all.map((sample) => sample.wallMs)),
    cpuMs: median(all.map((sample) => sample.cpuMs)),
    peakMiB: median(all.map((sample) => sample.peakMiB)),
    outputs: all.map((sample) => sample.stdout),
  }));
}

/**
 * Measures one run of one command, using Linux's /proc and bash's `time` (GNU time is not available
 * everywhere).
 */
export async function measure({ name, command, args, env = {} }: Contestant): Promise<Sample> {
  const started = performance.now();
  const child = spawn('bash', ['-c', 'TIMEFORMAT="%3U %3S"; time "$0" "$@"', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    output.stdout += data;
  });
  child.stderr.on('data', (data) => {
    output.stderr += data;
  });
  const root = child.pid;
  let peakKiB = 0;
  const timer = setInterval(() => {
    if (root) peakKiB = Math.max(peakKiB, residentKiB(root));
  }, LOOK_EVERY);
  const code = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  ).finally(() => clearInterval(timer));
  const wallMs = performance.now() - started;
  if (code !== 0) throw new Error(`${name} exited with code ${code}: ${output.stderr.slice(-2000)}`);
  const [, user, system] = /([\d.]+) ([\d.]+)\s*$/.exec(output.stderr) ?? [];
  return {
    wallMs,
    cpuMs: (Number(user) + Number(system)) * 1000,
    peakMiB: peakKiB / 1024,
    stdout: output.stdout,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}

/**
 * Formats a table of the medians, each also as a ratio: the first contestant's value divided by the
 * row's, so below 1 is a win.
 */
export function table(results: readonly Result[]): string {
  const [first] = results;
  if (!first) return '';
  const ratio = (own: number, peer: number) => `${(own / peer).toFixed(2)}×`;
  const rows = results.map((result) => [
    result.name,
    `${(result.wallMs / 1000).toFixed(2)} s`,
    `${(result.cpuMs / 1000).toFixed(2)} s`,
    `${result.peakMiB.toFixed(0)} MiB`,
    ratio(first.wallMs, result.wallMs),
    ratio(first.cpuMs, result.cpuMs),
    ratio(first.peakMiB, result.peakMiB),
  ]);
  const all = [['', 'wall', 'CPU', 'peak', `${first.name}: wall`, 'CPU', 'peak'], ...rows];
  const widths = (all[0] ?? []).map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

/**
 * Returns peak memory: for a single process its own high-water mark; for several at once, the sum
 * of their current sizes.
 */
function residentKiB(root: number): number {
  const tree = [root, ...descendants(root)].map(memory);
  return Math.max(
    ...tree.map(({ highWater }) => highWater),
    tree.reduce((sum, { resident }) => sum + resident, 0),
  );
}

function descendants(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function memory(pid: number): { resident: number; highWater: number } {
  const status = read(`/proc/${pid}/status`);
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
  return { resident: field('VmRSS'), highWater: field('VmHWM') };
}

/** Returns '' once the process is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
