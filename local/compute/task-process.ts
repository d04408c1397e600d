import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../base/files.ts';
import type { TaskSize } from '../resources.ts';
import { identify, kill, killAll, type ProcessIdentity, processTree } from './process-tree.ts';

export interface TaskDefinition {
  command: readonly string[];
  environment?: Readonly<Record<string, string>>;
  /** Seconds from SIGTERM to SIGKILL. */
  stopTimeout?: number;
  /** Default: the smallest of Fargate. Nothing here holds a process to it. */
  size?: TaskSize;
}

export interface Exit {
  /**
   * Exit code as for a container: 128 plus the signal number after a signal; undefined if the
   * command could not be started.
   */
  code: number | undefined;
  error?: Error;
}

const SIGNALS: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };
const LOOK_MILLISECONDS = 500;

/**
 * Process of a container: it has a minimal environment and a temporary scratch directory, and no
 * child process outlives its main process.
 */
export class TaskProcess {
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;
  private readonly tree = new Map<string, ProcessIdentity>();
  private readonly looking: NodeJS.Timeout;
  private killing: NodeJS.Timeout | undefined;

  constructor(directory: string, id: string, { command, environment = {} }: TaskDefinition) {
    const scratch = join(directory, `${id}.scratch`);
    mkdirSync(scratch, { recursive: true });
    const log = openSync(join(directory, `${id}.log`), 'a');
    const [program = '', ...parameters] = command;
    this.child = spawn(program, parameters, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', HOME: scratch, TMPDIR: scratch, ...environment },
    });
    closeSync(log);
    const known = join(directory, `${id}.json`);
    const self = this.child.pid && identify(this.child.pid);
    if (self) replaceFile(known, JSON.stringify(self));
    // A child that leaves the process group, such as ffmpeg, would survive the container's SIGKILL
    // here, unlike on Fargate.
    this.looking = setInterval(() => this.look(), LOOK_MILLISECONDS);
    this.exited = new Promise<Exit>((resolve) => {
      this.child.once('error', (error) => resolve({ code: undefined, error }));
      this.child.once('exit', (code, signal) =>
        resolve({ code: code ?? 128 + ((signal && SIGNALS[signal]) ?? 0) }),
      );
    }).then((exit) => {
      clearInterval(this.looking);
      clearTimeout(this.killing);
      this.killRest();
      rmSync(scratch, { recursive: true, force: true });
      rmSync(known, { force: true });
      return exit;
    });
  }

  /**
   * Sends SIGTERM to the main process, as ECS does, and SIGKILL to all processes after the given
   * time.
   */
  stop(milliseconds: number): void {
    if (!this.child.pid || this.killing || this.child.exitCode !== null) return;
    kill(this.child.pid, 'SIGTERM');
    this.killing = setTimeout(() => this.killNow(), milliseconds);
  }

  killNow(): void {
    if (!this.child.pid || this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.look();
    kill(this.child.pid, 'SIGKILL');
  }

  private look(): void {
    if (!this.child.pid) return;
    for (const one of processTree(this.child.pid)) this.tree.set(`${one.pid} ${one.started}`, one);
  }

  private killRest(): void {
    if (!this.child.pid) return;
    kill(-this.child.pid, 'SIGKILL');
    killAll([...this.tree.values()].filter(({ pid }) => pid !== this.child.pid));
  }
}

/** Kills tasks left running by a local cloud that was killed. */
export function killLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (name.endsWith('.json')) {
      const left = JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
      if (identify(left.pid)?.started === left.started) killAll(processTree(left.pid));
      rmSync(path);
    }
    if (name.endsWith('.scratch')) rmSync(path, { recursive: true, force: true });
  }
}
