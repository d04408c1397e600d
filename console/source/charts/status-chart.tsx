import { JOB_STATUSES } from '../../../contract/lists.ts';
import type { GroupStatistics } from '../../../contract/statistics-api.ts';
import { count, percent } from '../format.ts';
import { statusLabel } from '../parts/status.tsx';
import { ChartFrame } from './chart-frame.tsx';

const ROW = 34;

/** Renders the outcomes per kind as stacked bars, with the success rate at the end. */
export function StatusChart({ kinds }: { kinds: { label: string; group: GroupStatistics }[] }) {
  const rate = ({ successRate }: GroupStatistics) => (successRate === null ? '–' : percent(successRate));
  const rows = kinds.map(({ label, group }) => [
    label,
    ...JOB_STATUSES.map((status) => count(group.byStatus[status] ?? 0)),
    rate(group),
  ]);
  return (
    <ChartFrame
      title="Outcomes by kind"
      unit="share of jobs by status, and success rate"
      columns={['Kind', ...JOB_STATUSES.map(statusLabel), 'Success']}
      rows={rows}
    >
      <svg class="bar-chart status-chart" aria-hidden="true" width="100%" height={kinds.length * ROW}>
        {kinds.map(({ label, group }, i) => {
          let from = 30;
          return (
            <g key={label} transform={`translate(0 ${i * ROW})`}>
              <text x="0" y="20">
                {label} ({count(group.jobs)})
              </text>
              {JOB_STATUSES.map((status) => {
                const width = (52 * (group.byStatus[status] ?? 0)) / group.jobs;
                const x = from;
                from += width;
                return (
                  <rect
                    key={status}
                    class={status.toLowerCase()}
                    x={`${x}%`}
                    y="6"
                    width={`${width}%`}
                    height="20"
                  />
                );
              })}
              <text class="value" x="100%" y="20">
                {rate(group)}
              </text>
            </g>
          );
        })}
      </svg>
      <ul class="legend">
        {JOB_STATUSES.map((status) => (
          <li key={status}>
            <span class={`swatch ${status.toLowerCase()}`} /> {statusLabel(status)}
          </li>
        ))}
      </ul>
    </ChartFrame>
  );
}
