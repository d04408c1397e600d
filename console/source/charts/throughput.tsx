import { getStatistics } from '../api/client.ts';
import { count, shortMoment } from '../format.ts';
import { usePolled } from '../poll.ts';
import { ChartFrame } from './chart-frame.tsx';

const HOUR = 3600_000;
const LENGTHS = { '1h': HOUR, '6h': 6 * HOUR, '24h': 24 * HOUR, '7d': 7 * 24 * HOUR };
const SLOTS = 12;
const HEIGHT = 150;

interface Slot {
  from: string;
  jobs: number;
  completed: number;
}

/**
 * Renders the jobs created in each twelfth of the window. The API counts one window at a time, so
 * each slot is a request, and the chart does not poll.
 */
export function Throughput({ window }: { window: keyof typeof LENGTHS }) {
  const { data = [] } = usePolled(
    `throughput ${window}`,
    (signal) => loadSlots(LENGTHS[window], signal),
    () => 'final',
  );
  const most = Math.max(...data.map(({ jobs }) => jobs), 1);
  return (
    <ChartFrame
      title="Throughput"
      unit="jobs created, and how many of them completed"
      columns={['From', 'Jobs', 'Completed']}
      rows={data.map(({ from, jobs, completed }) => [shortMoment(from), count(jobs), count(completed)])}
    >
      <svg class="column-chart" aria-hidden="true" width="100%" height={HEIGHT + 22}>
        <line class="axis" x1="0" x2="100%" y1={HEIGHT} y2={HEIGHT} />
        {data.map(({ from, jobs, completed }, i) => {
          const height = (value: number) => (value * (HEIGHT - 20)) / most;
          const x = `${(100 * i) / SLOTS + 0.8}%`;
          const width = `${100 / SLOTS - 1.6}%`;
          return (
            <g key={from}>
              <rect
                class="bar soft"
                x={x}
                y={HEIGHT - height(jobs)}
                width={width}
                height={height(jobs)}
                rx="2"
              />
              <rect
                class="bar"
                x={x}
                y={HEIGHT - height(completed)}
                width={width}
                height={height(completed)}
                rx="2"
              />
              {jobs > 0 && (
                <text class="middle" x={`${(100 * (i + 0.5)) / SLOTS}%`} y={HEIGHT - height(jobs) - 5}>
                  {jobs}
                </text>
              )}
            </g>
          );
        })}
        {data[0] && (
          <text x="0" y={HEIGHT + 18}>
            {shortMoment(data[0].from)}
          </text>
        )}
        <text class="value" x="100%" y={HEIGHT + 18}>
          now
        </text>
      </svg>
    </ChartFrame>
  );
}

async function loadSlots(length: number, signal: AbortSignal): Promise<Slot[]> {
  const now = Date.now();
  const edge = (i: number) => new Date(now - length + (i * length) / SLOTS).toISOString();
  const slots = Array.from({ length: SLOTS }, async (_, i) => {
    const from = edge(i);
    const { total } = await getStatistics({ from, to: edge(i + 1) }, signal);
    return { from, jobs: total.jobs, completed: total.byStatus.COMPLETED ?? 0 };
  });
  return Promise.all(slots);
}
