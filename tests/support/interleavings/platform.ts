import { StateError } from '../aws-in-memory/states/asl.ts';
import type { Process, Turns } from '../aws-in-memory/turns.ts';

/** Invocation of a function, or a Fargate task, from its start to its end. */
export interface Run {
  process: Process;
  kind: 'function' | 'task';
  /** Tells whoever waits for it that it failed, although it may go on. */
  fail: (error: StateError) => void;
  /** Tells the program itself to stop early. */
  stop: AbortController;
  /** Sends a heartbeat, as a task does between two steps of its work. */
  beat?: () => Promise<void>;
}

/** Lambda and Fargate: runs programs that can be killed, or given up while they go on. */
export function platform(turns: Turns) {
  const running = new Set<Run>();

  const start = <Result>(
    name: string,
    kind: Run['kind'],
    work: (run: Run) => Promise<Result>,
  ): { run: Run; ended: Promise<Result> } => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const run: Run = { process: turns.process(name), kind, fail: reject, stop: new AbortController() };
    running.add(run);
    // A killed program never gets here: its calls do not return.
    const finished = () => running.delete(run);
    work(run).then(
      (result) => {
        finished();
        resolve(result);
      },
      (error) => {
        finished();
        reject(error);
      },
    );
    promise.catch(() => {});
    return { run, ended: promise };
  };

  const kill = (run: Run, error: string) => {
    run.process.alive = false;
    running.delete(run);
    run.fail(new StateError(error));
  };

  return {
    running,
    start,
    kill,
    /** Kills all functions: more time has passed than any may take. Tasks go on. */
    timeOutFunctions: () => {
      for (const run of [...running]) if (run.kind === 'function') kill(run, 'Sandbox.Timedout');
    },
  };
}

export type Platform = ReturnType<typeof platform>;
