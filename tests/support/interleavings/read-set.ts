import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Job } from '../../../core/jobs/job.ts';
import { publishedSet } from '../../../core/outputs/published-set.ts';
import { publishedOutputs } from '../../../lambdas/serve-api/jobs/published-outputs.ts';
import { type Journal, rowsOf } from './journal.ts';
import type { ProductDeps } from './product.ts';
import { OUTPUT_BUCKET } from './settings.ts';
import type { World } from './world.ts';

/** What a job's row leads a reader to: nothing, or a set of files with its faults. */
export type ReadSet = { reachable: false } | { reachable: true; attempts: number[]; problems: string[] };

/** Reads what the job API shows of a job: the manifest, and every output that it lists. */
export async function readSet(deps: ProductDeps, row: Job | undefined): Promise<ReadSet> {
  const published = row && (await publishedOutputs(deps as never, row));
  if (!published) return { reachable: false };
  const problems: string[] = [];
  const attempts = new Set<number>();
  for (const listed of published.outputs) {
    const { key, sha256, versionId } = listed;
    const name = key.split('/processed/').at(-1);
    const body = await deps.objects.readOutput(OUTPUT_BUCKET, key, versionId);
    if (!body) {
      problems.push(`${name} is missing`);
      continue;
    }
    const { job, attempt } = JSON.parse(body.toString()) as { job: string; attempt: number };
    attempts.add(attempt);
    if (job !== row.jobId) problems.push(`${name} is of another upload`);
    else if (createHash('sha256').update(body).digest('hex') !== sha256)
      problems.push(`${name} is of another try than the manifest`);
  }
  if (published.outputs.length === 0) problems.push('the manifest lists nothing');
  return { reachable: true, attempts: [...attempts], problems };
}

/** Reads of one polling reader. */
const POLLS = 12;

/** Polls the jobs that have outputs, newest first, then the others, while everything else goes on. */
export function pollJobs(world: World, journal: Journal, number: number): void {
  void world.inTask(`reader ${number}`, async (deps, process) => {
    for (let poll = 0; poll < POLLS; poll++) {
      for (let i = world.random.below(30); i > 0; i--) await world.turns.take(process, 'waits');
      const completed = rowsOf(world).filter(publishedSet);
      const job = world.random.chance(0.7) ? completed.at(-1) : world.random.pick(completed);
      if (job) await readWhile(deps, journal, job.jobId);
    }
  });
}

/**
 * Reads a job's row, its set, and the row again, and notes the problems of the set if the row was
 * the same before and after, and the API still shows the set.
 */
export async function readWhile(deps: ProductDeps, journal: Journal, jobId: string): Promise<void> {
  const before = await deps.jobs.get(jobId);
  const set = await readSet(deps, before);
  const after = await deps.jobs.get(jobId);
  if (!set.reachable || !after || !isDeepStrictEqual(before, after)) return;
  // Meanwhile replaced, as the API says now: the key's deletion removes such a set without notice.
  if (set.problems.length > 0 && !(await publishedOutputs(deps as never, after))) return;
  journal.reads++;
  if (set.problems.length > 0) journal.problems.push(`reader of ${jobId}: ${set.problems.join(', ')}`);
}
