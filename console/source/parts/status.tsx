import { useEffect, useState } from 'preact/hooks';
import { describePlace } from '../../../contract/describe-place.ts';
import type { Job, JobSummary, Status } from '../../../contract/job-api.ts';
import { capitalized, duration } from '../format.ts';
import { Icon } from './icon.tsx';

const LABELS: Readonly<Record<Status, string>> = {
  PROCESSING: 'Processing',
  COMPLETED: 'Completed',
  REJECTED: 'Rejected',
  FAILED: 'Failed',
  CANCELLED: 'Cancelled',
};

export const statusLabel = (status: Status) => LABELS[status];

export function StatusBadge({ status }: { status: Status }) {
  return (
    <span class={`badge ${status.toLowerCase()}`}>
      <Icon name={status} />
      {LABELS[status]}
    </span>
  );
}

/** Renders how far a job is; with its place in line where `job` has one. */
export function JobProgressBar({
  job: { progress, queue },
  label,
}: {
  job: Pick<JobSummary, 'progress'> & Pick<Job, 'queue'>;
  label: string;
}) {
  const eta = progress?.etaSeconds;
  return (
    <div class="progress-line">
      <Progress percent={progress?.percent} label={label} />
      <span class="small muted numbers">
        {queue ? <Place queue={queue} /> : progress ? textOf(progress) : 'working'}
        {eta !== undefined && eta > 0 && ` · ${duration(eta)} left`}
      </span>
    </div>
  );
}

function Place({ queue }: { queue: NonNullable<Job['queue']> }) {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    // The place may stay the same for minutes, in which the wait becomes shorter.
    const timer = setInterval(() => setNow(new Date()), PLACE_MILLISECONDS);
    return () => clearInterval(timer);
  }, []);
  return <>{capitalized(describePlace(queue, now))}</>;
}

const PLACE_MILLISECONDS = 5_000;

/** A job that has not begun has no percentage worth showing. */
const textOf = ({ phase, percent }: NonNullable<JobSummary['progress']>) =>
  phase === 'queued' || phase === 'starting' ? phase : `${phase} · ${Math.round(percent)}%`;

/** Renders a progress bar, indeterminate without `percent`. */
export function Progress({ percent, label }: { percent?: number | undefined; label: string }) {
  return percent === undefined ? (
    <progress max={100} aria-label={label} />
  ) : (
    <progress max={100} value={percent} aria-label={label} />
  );
}
