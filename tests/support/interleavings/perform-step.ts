import { MediaError } from '../../../base/errors.ts';
import { type Job, jobIdOf } from '../../../core/jobs/job.ts';
import { beginRerender } from '../../../core/lifecycle/begin-rerender.ts';
import { beginRetry } from '../../../core/lifecycle/begin-retry.ts';
import { cancelJob } from '../../../core/lifecycle/cancel-job.ts';
import { publishedSet } from '../../../core/outputs/published-set.ts';
import { uploadOfInput } from '../../../core/uploads/upload-event.ts';
import { reconcileJobs } from '../../../lambdas/reconcile-jobs/reconcile-jobs.ts';
import { reconcileQueues } from '../../../lambdas/reconcile-queues/reconcile-queues.ts';
import { StateError } from '../aws-in-memory/states/asl.ts';
import { isUnsuccessful } from '../aws-in-memory/states/execution.ts';
import { type Journal, rowsOf } from './journal.ts';
import type { ProductDeps } from './product.ts';
import { readWhile } from './read-set.ts';
import type { Act, Step } from './script.ts';
import { contentOf, KEYS } from './uploads.ts';
import type { World } from './world.ts';

/** Performs one step. Does nothing if there is nothing to perform it on. */
export function performStep(world: World, journal: Journal, step: Step): void {
  if (step.act === 'upload') {
    const key = keyOf(step);
    world.media.put({ key, body: contentOf(key, step.outcome, ++journal.uploads) });
  } else if (step.act === 'delete') world.media.mark(keyOf(step));
  else if (step.act === 'undelete' || step.act === 'delete version') {
    const wantsMarker = step.act === 'undelete';
    const versions = world.media.versions(keyOf(step)).filter(({ body }) => !body === wantsMarker);
    const version = choose(versions, step.which);
    if (version) world.media.remove(version.key, version.versionId);
  } else PERFORM[step.act](world, journal, step.which);
}

const keyOf = ({ key }: { key: number }): string => KEYS[key] ?? KEYS[0];

const choose = <T>(items: readonly T[], which: number): T | undefined =>
  items[which % Math.max(1, items.length)];

type Perform = (world: World, journal: Journal, which: number) => void;

const PERFORM: Readonly<Record<Act, Perform>> = {
  retry: onJob('retry', (deps, job) => beginRetry(deps, job, { mode: 'auto', by: 'ann' })),
  restart: onJob('restart', (deps, job) => beginRetry(deps, job, { mode: 'restart', by: 'ann' })),
  'make again': onJob('make again', (deps, job, which) => {
    const only = which % 2 === 0 ? ['thumb_small.jpg'] : undefined;
    return beginRerender(deps, job, { only, choosesProfile: false, by: 'ann' });
  }),
  cancel: onJob('cancel', (deps, job) => cancelJob(deps, job, 'ann')),
  'redrive in the console': (world, _, which) => {
    const execution = choose([...world.machine.executions.values()].filter(isUnsuccessful), which);
    if (execution) world.machine.redrive(execution);
  },
  'stop in the console': (world, journal, which) => {
    const running = [...world.machine.executions.values()].filter(({ status }) => status === 'RUNNING');
    const execution = choose(running, which);
    if (!execution) return;
    const upload = uploadOfInput(execution.input);
    if (upload) journal.cancelled.add(jobIdOf(upload));
    world.machine.end(execution, {
      status: 'ABORTED',
      error: undefined,
      cause: undefined,
      output: undefined,
    });
  },
  crash: (world, _, which) => {
    const run = choose([...world.programs.running], which);
    if (run) world.programs.kill(run, 'Lambda.Unknown');
  },
  // Its state times out, and it goes on.
  'give up': (world, _, which) => {
    choose([...world.programs.running], which)?.fail(new StateError('States.Timeout'));
  },
  heartbeat: (world, _, which) => {
    const beating = [...world.programs.running].flatMap(({ beat }) => beat ?? []);
    choose(beating, which)?.().catch(() => {});
  },
  interrupt: (world, _, which) => {
    const tasks = [...world.programs.running].filter(({ kind }) => kind === 'task');
    choose(tasks, which)?.stop.abort(new MediaError('Interrupted', 'The task was told to stop.'));
  },
  'minutes later': (world) => {
    world.pass(10 * 60_000);
    world.programs.timeOutFunctions();
    world.inLambda('reconcile-jobs', (deps) => reconcileJobs(deps));
    world.inLambda('reconcile-queues', (deps) => reconcileQueues(deps));
  },
  read: (world, journal, which) => {
    const completed = rowsOf(world).filter(publishedSet);
    const job = choose(completed, which);
    if (job)
      world.inLambda(`reader of ${job.jobId.slice(4, 10)}`, (deps) => readWhile(deps, journal, job.jobId));
  },
};

/** Makes a call of the job API: reads the row, then acts on it. */
function onJob(
  name: string,
  work: (deps: ProductDeps, job: Job, which: number) => Promise<unknown>,
): Perform {
  return (world, journal, which) => {
    const jobId = choose(rowsOf(world), which)?.jobId;
    if (!jobId) return;
    if (name === 'cancel') journal.cancelled.add(jobId);
    world.inLambda(`${name} ${jobId.slice(4, 10)}`, async (deps) => {
      const job = await deps.jobs.get(jobId);
      if (job) await work(deps, job, which);
    });
  };
}
