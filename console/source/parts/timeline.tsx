import type { Job } from '../../../contract/job-api.ts';
import { duration, moment, timeOfDay } from '../format.ts';
import { Icon } from './icon.tsx';
import { statusLabel } from './status.tsx';

export function Timeline({ job: { timeline, timelineDropped, status } }: { job: Job }) {
  return (
    <section aria-labelledby="timeline-title">
      <h2 id="timeline-title">Timeline</h2>
      {timelineDropped !== undefined && (
        <p class="small muted">{timelineDropped} entries in the middle are no longer kept.</p>
      )}
      <ol class="timeline">
        {timeline.map((entry, i) => {
          const before = timeline[i - 1];
          const seconds = before && (Date.parse(entry.at) - Date.parse(before.at)) / 1000;
          const attempt = entry.attempt !== undefined && entry.attempt > 1 && ` · attempt ${entry.attempt}`;
          return (
            <li key={entry.at + entry.status} class={entry.status.toLowerCase()}>
              <span class="dot">
                <Icon name={entry.status} size={12} />
              </span>
              <p>
                <strong>{statusLabel(entry.status)}</strong>
                <span class="muted">{attempt}</span>
              </p>
              <p class="small muted numbers">
                <time dateTime={entry.at} title={moment(entry.at)}>
                  {i === 0 ? moment(entry.at) : timeOfDay(entry.at)}
                </time>
                {seconds !== undefined && ` · after ${duration(Math.max(0, seconds))}`}
              </p>
              {entry.note && <p class="small">{entry.note}</p>}
            </li>
          );
        })}
        {status === 'PROCESSING' && (
          <li class="pending">
            <span class="dot" />
            <p class="muted">in progress</p>
          </li>
        )}
      </ol>
    </section>
  );
}
