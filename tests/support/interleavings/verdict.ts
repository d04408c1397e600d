import type { Job } from '../../../core/jobs/job.ts';
import { TRANSITIONS } from '../../../core/jobs/job.ts';
import { type Journal, rowsOf } from './journal.ts';
import { type ReadSet, readSet } from './read-set.ts';
import type { World } from './world.ts';

/** Returns what is wrong at rest: with the rows, and with what readers can reach. */
export async function verdict(world: World, journal: Journal): Promise<string[]> {
  const rows = rowsOf(world);
  const problems = rows.flatMap((row) => rowProblems(world, row));
  const sets = new Map<string, ReadSet>();
  const { ended } = world.programs.start('last reader', 'function', async (run) => {
    for (const row of rows) sets.set(row.jobId, await readSet(world.depsOf(run), row));
  });
  await world.turns.run();
  await ended;
  for (const key of new Set(rows.map((row) => row.key)))
    problems.push(
      ...keyProblems(
        world,
        journal,
        rows.filter((row) => row.key === key),
        sets,
      ),
    );
  for (const { pk, sk } of world.cloud.queue.values())
    if (/#(?:slots|line|parked)$/.test(String(pk)) && sk !== 'policy') problems.push(`${pk} ${sk} is left`);
  return problems;
}

function rowProblems({ machine, cloud }: World, row: Job): string[] {
  const problems: string[] = [];
  const { jobId, status, attempt, notifiedAttempt, timeline, executionArn } = row;
  const is = (what: string) => problems.push(`${jobId} (${status}) ${what}`);
  if (status === 'PROCESSING') is('is stuck');
  else if (status !== 'COMPLETED' && notifiedAttempt !== attempt) is('was not announced');
  if (machine.executions.get(executionArn)?.status === 'RUNNING') is('has a running execution');
  if ((row.manifestKey !== undefined) !== (status === 'COMPLETED'))
    is('has a manifest, or none, against its status');
  const steps = timeline.map((entry) => entry.status);
  steps.forEach((to, i) => {
    const from = steps[i - 1];
    // CompleteJob may be repeated after a lost answer.
    if (from && !TRANSITIONS[from].includes(to) && !(from === to && to === 'COMPLETED'))
      is(`went from ${from} to ${to}`);
  });
  const letters = cloud.messages.map(({ body }) => JSON.parse(body) as { jobId: string; attempt: number });
  if (status === 'FAILED' && !letters.some((one) => one.jobId === jobId && one.attempt === attempt))
    is('has no dead letter');
  return problems;
}

/** Judges the jobs of one upload key, of which at most one may have a reachable set. */
function keyProblems(
  world: World,
  journal: Journal,
  rows: Job[],
  sets: ReadonlyMap<string, ReadSet>,
): string[] {
  const problems: string[] = [];
  const newest = [...rows].sort((a, b) => (a.sequencer < b.sequencer ? 1 : -1));
  const live = newest.filter((row) => !isKnownDeleted(world, row));
  const owner = live.find(({ status, published }) => status === 'COMPLETED' || published);
  for (const row of newest) {
    const set = sets.get(row.jobId);
    const is = (what: string) => problems.push(`${nameOf(row)} ${what}`);
    if (!set?.reachable) {
      if (row === owner && !wasRemoved(world, row)) is('is complete, and its outputs are gone');
      continue;
    }
    if (row !== owner)
      is(live.includes(row) ? 'is reachable beside a newer one' : 'is reachable, and its upload deleted');
    if (set.problems.length > 0) is(`reachable in part: ${set.problems.join(', ')}`);
  }
  const [latest] = newest;
  if (latest && live.includes(latest) && isCancelledUnasked(world, journal, latest))
    problems.push(`${nameOf(latest)} is cancelled (${latest.error?.name}), and nobody asked for it`);
  if (live.length === 0 && isDeleted(world, newest)) problems.push(...leftovers(world, newest));
  return problems;
}

/**
 * Whether a later version, or the key, was deleted since, and maybe restored: then only the version
 * that S3 shows now has to have outputs.
 */
function wasRemoved({ media, deletions }: World, row: Job): boolean {
  const later = deletions.some(({ key, sequencer }) => key === row.key && sequencer > row.sequencer);
  const isCurrent = media.current(row.key)?.versionId === row.versionId;
  return later && !isCurrent;
}

/**
 * Whether a job is cancelled although S3 shows its upload and nobody cancelled it. An upload below a
 * delete marker may be cancelled even if the marker's own event was lost: other events tell of it.
 */
function isCancelledUnasked({ media }: World, { cancelled }: Journal, row: Job): boolean {
  const isCurrent = media.current(row.key)?.versionId === row.versionId;
  return row.status === 'CANCELLED' && isCurrent && !cancelled.has(row.jobId);
}

/**
 * Whether an event arrived that says that the upload of a job, or its key, was deleted after it,
 * and none that says that the deletion was undone.
 */
function isKnownDeleted(world: World, row: Job): boolean {
  const known = world.deletions.filter(({ name, key }) => key === row.key && world.deliver.arrived.has(name));
  const undone = (marker: string) => known.some((one) => one.permanent && one.versionId === marker);
  return known.some(({ versionId, permanent, sequencer }) =>
    permanent ? versionId === row.versionId : sequencer > row.sequencer && !undone(versionId),
  );
}

/** Whether the newest that is known of the key is a deletion. */
function isDeleted({ media }: World, [latest]: Job[]): boolean {
  return latest !== undefined && media.current(latest.key) === undefined;
}

/** Returns the files that a deletion left, current or not. */
function leftovers({ outputs }: World, rows: Job[]): string[] {
  const ids = new Set(rows.map(({ jobId }) => jobId));
  return outputs.versions().flatMap((version) => {
    if (!version.body) return [];
    const text = version.body.toString();
    const job = [...ids].find((id) => text.includes(id));
    return job ? [`${version.key.split('/').at(-1)} of ${job} outlives its upload`] : [];
  });
}

const nameOf = ({ key, jobId, sequencer }: Job) =>
  `${key.split('/').at(-1)} ${sequencer} ${jobId.slice(4, 10)}`;
