import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Job } from '../../../core/jobs/job.ts';
import { publishedOutputs } from '../../../lambdas/serve-api/jobs/published-outputs.ts';
import type { Journal } from './journal.ts';
import type { ProductDeps } from './product.ts';
import { OUTPUT_BUCKET } from './settings.ts';
import type { World } from './world.ts';

/** What a job's row leads a reader to: nothing, or a set of files with its faults. */
export type ReadSet = { reachable: false } | { reachable: true; attempts: number[]; problems: string[] };

/** Reads what the job API shows of a job: the manifest, and every output that it lists. */
export async function readSet(deps: ProductDeps, row: Job | undefined): Promise<ReadSet> {
  const published = row && (await publishedOutputs(deps, row));
  if (!published) return { reachable: false };
  const problems: string[] = [];
  const attempts = new Set<number>();
  for (const listed of published.outputs) {
    const { key, sha256, versionId } = listed as typeof listed & { versionId?: string };
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

/**
 * Reads a job's row, its set, and the row again, while everything else goes on, and notes the
 * problems of the set if the row was the same before and after.
 */
export function readWhile(world: World, journal: Journal, { jobId }: Pick<Job, 'jobId'>): void {
  void world.inLambda(`reader of ${jobId.slice(4, 10)}`, async (deps) => {
    const before = await deps.jobs.get(jobId);
    const set = await readSet(deps, before);
    const after = await deps.jobs.get(jobId);
    if (!set.reachable || !isDeepStrictEqual(before, after)) return;
    journal.reads++;
    if (set.problems.length > 0) journal.problems.push(`reader of ${jobId}: ${set.problems.join(', ')}`);
  });
}
