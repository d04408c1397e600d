import { useState } from 'preact/hooks';
import { ERROR_CATEGORIES, MEDIA_KINDS } from '../../../contract/lists.ts';
import type { Statistics } from '../../../contract/statistics-api.ts';
import { getStatistics } from '../api/client.ts';
import { BarChart } from '../charts/bar-chart.tsx';
import { DurationChart } from '../charts/duration-chart.tsx';
import { QueueTable } from '../charts/queue-table.tsx';
import { StatusChart } from '../charts/status-chart.tsx';
import { Throughput } from '../charts/throughput.tsx';
import { count, percent, rate, words } from '../format.ts';
import { kindLabel } from '../kind.ts';
import { Empty, Loading, Notice, ProblemNotice } from '../parts/notice.tsx';
import { Tiles } from '../parts/tiles.tsx';
import { usePolled } from '../poll.ts';

const WINDOWS = { '1h': 'Last hour', '6h': '6 hours', '24h': '24 hours', '7d': '7 days' } as const;

export function StatisticsPage() {
  const [window, setWindow] = useState<keyof typeof WINDOWS>('24h');
  const { data, problem, refresh } = usePolled(`statistics ${window}`, (signal) =>
    getStatistics({ window }, signal),
  );
  return (
    <>
      <div class="title-row">
        <h1>Statistics</h1>
        <fieldset class="choice-row">
          <legend class="hidden">Window</legend>
          {Object.entries(WINDOWS).map(([value, label]) => (
            <button
              key={value}
              type="button"
              class="chip"
              aria-pressed={window === value}
              onClick={() => setWindow(value as keyof typeof WINDOWS)}
            >
              {label}
            </button>
          ))}
        </fieldset>
      </div>
      {problem && <ProblemNotice problem={problem} onRetry={refresh} />}
      {!data && !problem && <Loading rows={5} label="Loading statistics" />}
      {data && <Health {...data.healthCheck} />}
      {data && data.total.jobs === 0 && (
        <Empty title="No jobs in this period">Choose a longer period or upload a file.</Empty>
      )}
      {data && data.total.jobs > 0 && <Figures data={data} window={window} />}
    </>
  );
}

function Figures({ data, window }: { data: Statistics; window: keyof typeof WINDOWS }) {
  const { total, byKind, running, queueDepth, deadLetters, taskSlots = [] } = data;
  const kinds = ([...MEDIA_KINDS, 'UNKNOWN'] as const).flatMap((kind) => {
    const group = byKind[kind];
    return group ? [{ label: kindLabel(kind), group }] : [];
  });
  return (
    <>
      <Tiles
        tiles={[
          { label: 'Jobs', value: count(total.jobs), note: rate(total.jobs, lengthOf(data.window)) },
          {
            label: 'Success rate',
            value: total.successRate === null ? '–' : percent(total.successRate),
            note: 'of jobs that ended, not counting cancelled',
          },
          {
            label: 'In progress',
            value: `${count(running.jobs)}${running.complete ? '' : '+'}`,
            note: `${count(queueDepth)} waiting in line; ${percent(running.utilization)} of the fullest queue taken`,
          },
          ...(deadLetters
            ? [
                {
                  label: 'Dead letters',
                  value: count(deadLetters.waiting),
                  note: `${count(deadLetters.held)} in progress`,
                },
              ]
            : []),
        ]}
      />
      {!data.window.complete && (
        <Notice tone="info" title="Only the newest jobs are counted">
          There are more jobs in this period than one request reads.
        </Notice>
      )}
      <div class="charts">
        <Throughput window={window} />
        <StatusChart kinds={kinds} />
        <DurationChart kinds={kinds} />
        <BarChart
          title="Errors by category"
          unit="share of jobs that ended"
          bars={ERROR_CATEGORIES.map((category) => {
            const share = total.errorRate[category] ?? 0;
            return { label: words(category), value: share, text: percent(share) };
          })}
        />
        {taskSlots.length > 0 && <QueueTable queues={taskSlots} />}
      </div>
    </>
  );
}

const lengthOf = ({ from, to }: Statistics['window']) => Date.parse(to) - Date.parse(from);

function Health({ status, reasons }: Statistics['healthCheck']) {
  const tone = status === 'healthy' ? 'good' : status === 'degraded' ? 'warn' : 'bad';
  return (
    <Notice tone={tone} title={`The pipeline is ${status}`}>
      {reasons.length > 0 && reasons.join('; ')}
    </Notice>
  );
}
