import { readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { type Command, UsageError } from '../../cli/command.ts';
import { displayName, formatTable, secondsOf } from '../../cli/view.ts';
import type { Job } from '../../core/jobs/job.ts';
import { spawnCloud } from '../cloud-process.ts';
import { watchMemory } from '../process-memory.ts';
import { demoClient, type Tracked } from './follow.ts';

/**
 * Number of files that are processed at the same time: enough to keep every core busy, few enough for
 * the duration of each to be meaningful.
 */
const AT_ONCE = 16;

export const command: Command = {
  name: 'corpus',
  usage: 'FOLDER',
  summary: 'Process all files under a folder and report the results by kind',
  examples: ['npm run cli -- corpus ~/Pictures', 'npm run cli -- corpus ./fuzzed --json'],
  options: {},
  async run({ positionals, print, json }) {
    const [folder] = positionals;
    if (!folder || positionals.length > 1)
      throw new UsageError(`Expected one folder, got ${positionals.length}.`);
    const found = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = found
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    const work = resolve('.local/corpus');
    await rm(work, { recursive: true, force: true });
    const cloud = await spawnCloud(join(work, 'cloud'));
    const memory = watchMemory(
      cloud.pid,
      (line) => /tasks\/([\w-]+)\//.exec(line)?.[1] ?? /([\w-]+)\.[mc]?[tj]s/.exec(line)?.[1] ?? 'other',
    );
    try {
      const ended = await demoClient(cloud.environment).process(files, {
        atOnce: AT_ONCE,
        onEnded: counter(files.length),
      });
      print(
        json
          ? JSON.stringify({ files: ended, memory: Object.fromEntries(memory.peaks()) })
          : report(folder, ended, memory.peaks()),
      );
      return ended.every(({ job }) => job?.status === 'COMPLETED' || job?.status === 'REJECTED') ? 0 : 1;
    } finally {
      memory.stop();
      await cloud.stop();
    }
  },
};

/** Tells how far it is whenever 16 more files, or a tenth of many, have ended. */
function counter(total: number): (ended: number) => void {
  const step = Math.max(16, Math.ceil(total / 10));
  let next = step;
  return (ended) => {
    if (ended < Math.min(next, total)) return;
    next = ended + step;
    process.stderr.write(`${ended} of ${total}\n`);
  };
}

function report(folder: string, files: readonly Tracked[], memory: ReadonlyMap<string, number>): string {
  const kinds = [...new Set(files.map(({ job }) => job?.kind ?? 'unknown'))].sort();
  const rows = kinds.map((kind) => {
    const of = files.filter(({ job }) => (job?.kind ?? 'unknown') === kind);
    const count = (...statuses: (Job['status'] | undefined)[]) =>
      String(of.filter(({ job }) => statuses.includes(job?.status)).length);
    const slowest = of
      .map(({ file, job }) => [Number(secondsOf(job)), displayName(file)] as const)
      .sort(([a], [b]) => b - a)[0];
    return [
      kind.toLowerCase(),
      count('COMPLETED'),
      count('REJECTED'),
      count('FAILED'),
      count('CANCELLED', 'PROCESSING', undefined),
      slowest ? `${slowest[0]} s ${slowest[1]}` : '',
    ];
  });
  const notable = files.filter(({ job }) => job?.status !== 'COMPLETED');
  const reasons = notable.map(({ file, job }) => [
    job?.status ?? 'no job',
    job?.error?.name ?? '',
    relative(folder, file).replace(/\p{Cc}/gu, '?'),
    job?.error?.message ?? '',
  ]);
  return [
    formatTable(['kind', 'completed', 'rejected', 'failed', 'other', 'slowest'], rows),
    '',
    formatTable(
      ['process', 'peak MiB'],
      [...memory].map(([name, peak]) => [name, String(peak)]),
    ),
    ...(reasons.length > 0 ? ['', formatTable(['status', 'error', 'file', 'message'], reasons)] : []),
  ].join('\n');
}
