import { ChartFrame } from './chart-frame.tsx';

export interface Bar {
  label: string;
  value: number;
  text: string;
}

const ROW = 34;

/** Renders shares of a whole, from 0 to 1; the track behind each bar is the whole. */
export function BarChart({ title, unit, bars }: { title: string; unit: string; bars: Bar[] }) {
  const none = bars.every(({ value }) => value === 0);
  return (
    <ChartFrame
      title={title}
      unit={unit}
      columns={['', 'Value']}
      rows={bars.map(({ label, text }) => [label, text])}
    >
      {none ? (
        <p class="chart-empty muted">None</p>
      ) : (
        <svg class="bar-chart" aria-hidden="true" width="100%" height={bars.length * ROW}>
          {bars.map(({ label, value, text }, i) => (
            <g key={label} transform={`translate(0 ${i * ROW})`}>
              <text x="0" y="20">
                {label}
              </text>
              <rect class="track" x="30%" y="6" width="52%" height="20" rx="3" />
              <rect class="bar" x="30%" y="6" width={`${52 * value}%`} height="20" rx="3" />
              <text class="value" x="100%" y="20">
                {text}
              </text>
            </g>
          ))}
        </svg>
      )}
    </ChartFrame>
  );
}
