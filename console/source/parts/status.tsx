import type { JobSummary, Status } from '../../../contract/job-api.ts';
import { duration } from '../format.ts';
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

export function JobProgressBar({ job, label }: { job: Pick<JobSummary, 'progress'>; label: string }) {
  const { progress } = job;
  const eta = progress?.etaSeconds;
  return (
    <div class="progress-line">
      <Progress percent={progress?.percent} label={label} />
      <span class="small muted numbers">
        {progress ? `${progress.phase} · ${Math.round(progress.percent)}%` : 'working'}
        {eta !== undefined && eta > 0 && ` · ${duration(eta)} left`}
      </span>
    </div>
  );
}

/** Renders a progress bar, indeterminate without `percent`. */
export function Progress({ percent, label }: { percent?: number | undefined; label: string }) {
  return percent === undefined ? (
    <progress max={100} aria-label={label} />
  ) : (
    <progress max={100} value={percent} aria-label={label} />
  );
}
