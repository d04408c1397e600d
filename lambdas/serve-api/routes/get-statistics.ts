import { STATISTICS, STATISTICS_QUERY } from '../../../contract/statistics-api.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { invalid } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { healthCheck } from '../jobs/health-check.ts';
import { tenantOf, utc } from '../jobs/listing.ts';
import { collector, type GroupStatistics, round } from '../jobs/statistics.ts';

const HOUR = 3600_000;
const WINDOWS = { '1h': HOUR, '6h': 6 * HOUR, '24h': 24 * HOUR, '7d': 7 * 24 * HOUR } as const;
/** Maximum number of rows that one request reads, newest first: about 10 MB of the index. */
const MAX_ROWS = 10_000;

export const getStatistics = route({
  method: 'get',
  path: '/api/media/jobs/stats',
  operationId: 'getStatistics',
  summary: 'Get counts, rates and durations for the jobs created in a time window',
  access: 'caller',
  query: STATISTICS_QUERY,
  responses: { 200: { description: 'The statistics', schema: STATISTICS } },
  async handle(deps, { identity, query }) {
    const tenantId = tenantOf(identity, query.tenant);
    const window = windowOf(query, deps.now());
    const { rows, from, byKind, total } = await collect(deps, tenantId, window);
    const load = await loadOf(deps, identity, tenantId, total.byStatus.PROCESSING);
    const { queues, jobs, deadLetters, undelivered } = load;
    const shares = queues.map(({ taken, limit }) => taken / limit);
    return {
      status: 200,
      body: {
        window: { ...window, from, jobsRead: rows, complete: from === window.from },
        total,
        statistics: total,
        byKind,
        running: {
          ...jobs,
          capacity: sum(queues.map(({ limit }) => limit)),
          utilization: round(Math.max(0, ...shares)),
        },
        queueDepth: sum(queues.map(({ waiting }) => waiting)),
        deadLetters,
        taskSlots: load.isWhole ? queues : undefined,
        healthCheck: healthCheck(total, {
          queues,
          maxWaitSeconds: deps.config.MAX_QUEUE_WAIT_SECONDS,
          isWhole: load.isWhole,
          // Messages in flight count too: those of refused jobs are hidden for a while.
          deadLetters: deadLetters && sum(Object.values(deadLetters)),
          undelivered: undelivered && sum(Object.values(undelivered)),
        }),
      },
    };
  },
});

function windowOf(
  query: { window: keyof typeof WINDOWS; from?: string | undefined; to?: string | undefined },
  now: Date,
) {
  const to = query.to ? utc(query.to) : now.toISOString();
  const from = query.from ? utc(query.from) : new Date(Date.parse(to) - WINDOWS[query.window]).toISOString();
  const length = Date.parse(to) - Date.parse(from);
  if (length <= 0) throw invalid([{ at: 'from', detail: 'expected a time before `to`' }]);
  if (length > WINDOWS['7d'])
    throw invalid([{ at: 'from', detail: 'expected a time at most 7 days before `to`' }]);
  return { from, to };
}

/**
 * Reads the window in one pass. If it has too many rows, the statistics cover the part that was
 * read.
 */
async function collect(
  { queries }: ApiDeps,
  tenantId: string | undefined,
  window: { from: string; to: string },
) {
  const all = collector();
  const kinds = new Map<string, ReturnType<typeof collector>>();
  let rows = 0;
  let { from } = window;
  for await (const jobs of queries.window({ ...window, tenantId })) {
    for (const job of jobs) {
      const kind = job.kind ?? 'UNKNOWN';
      const group = kinds.get(kind) ?? collector();
      kinds.set(kind, group);
      group.add(job);
      all.add(job);
    }
    rows += jobs.length;
    if (rows >= MAX_ROWS) {
      from = jobs.at(-1)?.createdAt ?? from;
      break;
    }
  }
  const minutes = (Date.parse(window.to) - Date.parse(from)) / 60_000;
  const byKind: Record<string, GroupStatistics> = {};
  for (const [kind, group] of kinds) byKind[kind] = group.statistics(minutes);
  return { rows, from, total: all.statistics(minutes), byKind };
}

/**
 * Returns the load. A tenant gets that of its own jobs only: the load and the failures of other
 * tenants are none of its business.
 */
async function loadOf(deps: ApiDeps, identity: Identity, tenantId: string | undefined, own: number) {
  const queues = await deps.queueView.loads(tenantId);
  if (identity.role !== 'operator' || tenantId)
    return { isWhole: false, queues, jobs: { jobs: own, complete: true } };
  const [{ count: jobs, complete }, deadLetters, undelivered] = await Promise.all([
    deps.queries.count('PROCESSING'),
    deps.deadLetters.counts(),
    deps.undelivered.counts(),
  ]);
  return { isWhole: true, queues, jobs: { jobs, complete }, deadLetters, undelivered };
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
