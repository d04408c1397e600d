import { readConfig } from '../../base/config.ts';
import { USE, UTILIZATION } from '../../scripts/costs/per-job.ts';
import { PRICES } from '../../scripts/costs/prices.ts';

/** CPU seconds for a second of a film, by the steps of bench/video/films.ts. */
export interface FilmCosts {
  whole: number;
  split: number;
  /** Of all chunks. */
  encode: number;
  join: number;
}

const { CHUNK_SECONDS } = readConfig({}, ['CHUNK_SECONDS']);
const TASK = { vcpu: 4, gigabytes: 8 };
const MINUTES = [10, 60, 120, 240];
const TASKS = [1, 8, 32];
/** What the plan for this was, in minutes and dollars, by the number of tasks: a film of two hours. */
const PLANNED: Readonly<Record<number, string>> = {
  1: '79 min, $0.22',
  8: '15 min, $0.25',
  32: '8 min, $0.30',
};

/**
 * Returns a table of how long films take on tasks of 4 vCPUs, and what that costs: a film of 1080p30 by
 * scripts/costs/per-job.ts, of which the steps have the shares that they have in `measured`. Splitting and joining
 * run on one core.
 */
export function filmTimes(measured: FilmCosts): string {
  const perSecond = USE.video.processorSecondsPerMinute / 60;
  const share = (part: number) => (part / measured.whole) * perSecond;
  const rows = MINUTES.flatMap((minutes) =>
    TASKS.map((tasks) => {
      const seconds = minutes * 60;
      const parallel = (work: number) => work / TASK.vcpu / UTILIZATION;
      if (tasks === 1) return row(minutes, tasks, [USE.video.start + parallel(perSecond * seconds)]);
      const chunks = Math.max(2, Math.round(seconds / CHUNK_SECONDS));
      const chunk = USE.video.start + parallel(share(measured.encode) * (seconds / chunks));
      const ends = [measured.split, measured.join].map((part) => USE.video.start + share(part) * seconds);
      const rounds = Math.ceil(chunks / tasks);
      return row(minutes, tasks, [...ends, ...Array.from({ length: chunks }, () => chunk)], {
        wall: ends.reduce((sum, end) => sum + end, 0) + rounds * chunk,
      });
    }),
  );
  return ['film     tasks  time        cost', ...rows].join('\n');
}

function row(
  minutes: number,
  tasks: number,
  seconds: readonly number[],
  { wall = seconds[0] ?? 0 } = {},
): string {
  const { vcpuHour, gigabyteHour } = PRICES.fargate;
  const perHour = TASK.vcpu * vcpuHour + TASK.gigabytes * gigabyteHour;
  // Fargate bills at least one minute.
  const cost = seconds.reduce((sum, one) => sum + (Math.max(60, one) / 3600) * perHour, 0);
  const planned = minutes === 120 ? `   planned: ${PLANNED[tasks]}` : '';
  const film = `${minutes} min`.padEnd(9);
  return `${film}${`${tasks}`.padEnd(7)}${`${(wall / 60).toFixed(1)} min`.padEnd(12)}$${cost.toFixed(2)}${planned}`;
}
