import type { GroupStatistics } from '../../../contract/statistics-api.ts';
import { count, duration, shortDuration } from '../format.ts';
import { ChartFrame } from './chart-frame.tsx';

const ROW = 34;

/**
 * Renders the median and 95th percentile per kind on one logarithmic scale: images take fractions
 * of a second, videos take minutes.
 */
export function DurationChart({ kinds }: { kinds: { label: string; group: GroupStatistics }[] }) {
  const timed = kinds.flatMap(({ label, group: { processingSeconds } }) =>
    processingSeconds ? [{ label, times: processingSeconds }] : [],
  );
  const most = Math.max(...timed.map(({ times }) => times.p95), 1);
  const share = (seconds: number) => Math.max(1, (40 * Math.log1p(seconds * 10)) / Math.log1p(most * 10));
  const rows = timed.map(({ label, times }) => [
    label,
    count(times.jobs),
    ...[times.min, times.p50, times.average, times.p95, times.max].map(duration),
  ]);
  return (
    <ChartFrame
      title="Durations by kind"
      unit="median and 95th percentile, logarithmic scale"
      columns={['Kind', 'Jobs', 'Min', 'Median', 'Average', 'p95', 'Max']}
      rows={rows}
    >
      {timed.length === 0 ? (
        <p class="chart-empty muted">No jobs completed in this period</p>
      ) : (
        <svg class="bar-chart" aria-hidden="true" width="100%" height={timed.length * ROW}>
          {timed.map(({ label, times }, i) => (
            <g key={label} transform={`translate(0 ${i * ROW})`}>
              <text x="0" y="20">
                {label}
              </text>
              <rect class="bar soft" x="30%" y="6" width={`${share(times.p95)}%`} height="20" rx="3" />
              <rect class="bar" x="30%" y="6" width={`${share(times.p50)}%`} height="20" rx="3" />
              <text class="value" x="100%" y="20">
                {shortDuration(times.p50)} · {shortDuration(times.p95)}
              </text>
            </g>
          ))}
        </svg>
      )}
    </ChartFrame>
  );
}
