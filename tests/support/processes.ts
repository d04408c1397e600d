import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../core/jobs/job.ts';

export interface Process {
  pid: number;
  parent: number;
  name: string;
  /** Of task programs only. */
  environment: string;
}

/** Waits until no process is left of those. A zombie, which its new parent may reap when it likes, is none. */
export async function gone(...pids: number[]): Promise<void> {
  const alive = () => pids.map(statusOf).filter((status) => status && !/^State:\s+Z/m.test(status));
  for (let i = 0; i < 1000 && alive().length > 0; i++) await sleep(10);
  if (alive().length > 0) throw new Error(`After ten seconds there are still\n${alive().join('\n')}`);
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

let seen: { at: number; processes: Promise<Process[]> } | undefined;

/** What runs on this machine, looked at no more often than ten times a second. */
export function processes(): Promise<Process[]> {
  if (!seen || Date.now() - seen.at > 100) seen = { at: Date.now(), processes: scan() };
  return seen.processes;
}

async function scan(): Promise<Process[]> {
  const found: Process[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const [, name = '', state = 'Z', parent = '0'] = /\((.*)\) (\S) (\d+)/.exec(stat) ?? [];
    if (state === 'Z') continue;
    const environment = /node|MainThread/.test(name)
      ? await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
      : '';
    found.push({ pid, parent: Number(parent), name, environment });
  }
  return found;
}

/** The processes of a job: its task program, whose environment names it, and below that ffmpeg, which has a bare environment. */
export async function processesOf(job: Job): Promise<{ task: number[]; ffmpeg: number[] }> {
  const all = await processes();
  const ours = ({ environment }: Process) =>
    environment.includes(job.jobId) && environment.includes('TASK_TOKEN=');
  const task = all.filter(ours).map(({ pid }) => pid);
  const ffmpeg = all
    .filter(({ name, parent }) => name === 'ffmpeg' && task.includes(parent))
    .map(({ pid }) => pid);
  return { task, ffmpeg };
}
