import type { QueueLoad, Statistics } from '../../contract/statistics-api.ts';
import { apiCommand } from '../api-client.ts';
import { formatTable } from '../view.ts';

export const command = apiCommand({
  name: 'stats',
  usage: '[--window 1h|6h|24h|7d] [--from TIME] [--to TIME] [--tenant TENANT]',
  summary:
    'Show counts, rates and durations for a time window; exits with 1 if the health check is unhealthy',
  examples: ['npm run cli -- stats', 'npm run cli -- stats --window 1h --json'],
  options: {
    window: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    tenant: { type: 'string' },
  },
  async run(api, { values: { window, from, to, tenant }, json, print }) {
    const statistics = await api.get<Statistics>('/jobs/stats', { window, from, to, tenant });
    print(json ? JSON.stringify(statistics) : text(statistics));
    return statistics.healthCheck.status === 'unhealthy' ? 1 : 0;
  },
});

function text(statistics: Statistics): string {
  const { window, total, byKind, running, queueDepth, deadLetters, taskSlots = [], healthCheck } = statistics;
  const groups = [...Object.entries(byKind), ['all', total] as const];
  const rows = groups.map(([kind, group]) => {
    const { byStatus, successRate, processingSeconds: time } = group ?? total;
    const percent = successRate === null ? '' : `${(successRate * 100).toFixed(1)}%`;
    const counts = [
      byStatus.COMPLETED,
      byStatus.REJECTED,
      byStatus.FAILED,
      byStatus.CANCELLED,
      byStatus.PROCESSING,
    ];
    const times = time ? [time.average, time.min, time.max, time.p50, time.p95].map((s) => s.toFixed(1)) : [];
    return [kind.toLowerCase(), ...counts.map(String), percent, ...times];
  });
  const header = [
    'kind',
    'completed',
    'rejected',
    'failed',
    'cancelled',
    'running',
    'success',
    'avg s',
    'min',
    'max',
    'p50',
    'p95',
  ];
  return [
    `${window.from} to ${window.to}${window.complete ? '' : ' (only the newest part of the requested window)'}`,
    formatTable(header, rows),
    `in progress ${running.jobs}${running.complete ? '' : '+'}, of which ${queueDepth} wait in line; ${running.capacity} slots, ${percentOf(running.utilization)} of the fullest queue taken${deadLetters ? `; dead letters ${deadLetters.waiting}` : ''}`,
    ...(taskSlots.length > 0 ? [queueTable(taskSlots)] : []),
    `health: ${[healthCheck.status, ...healthCheck.reasons].join('; ')}`,
  ].join('\n');
}

const percentOf = (share: number) => `${Math.round(share * 100)}%`;

function queueTable(queues: readonly QueueLoad[]): string {
  const rows = queues.map(({ queue, taken, limit, tenantShare, waiting, oldestWaitSeconds }) => [
    queue,
    `${taken}`,
    `${limit}`,
    `${tenantShare}`,
    `${waiting}`,
    waiting > 0 ? `${oldestWaitSeconds} s` : '',
  ]);
  return formatTable(['queue', 'taken', 'slots', 'per tenant', 'waiting', 'longest wait'], rows);
}
