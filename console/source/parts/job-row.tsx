import type { JobSummary } from '../../../contract/job-api.ts';
import { bytes, duration, fileName, shortMoment } from '../format.ts';
import { kindIcon, kindLabel } from '../kind.ts';
import { Icon } from './icon.tsx';
import { JobProgressBar, StatusBadge } from './status.tsx';

export function JobRow({ job }: { job: JobSummary }) {
  const { jobId, kind, status, key, error } = job;
  const name = fileName(key);
  return (
    <li class="row">
      <span class="row-icon">
        <Icon name={kindIcon(kind)} size={20} />
      </span>
      <div class="row-main">
        <a class="row-title" href={`/jobs/${jobId}`}>
          {name}
        </a>
        <span class="small muted">{factsOf(job)}</span>
        {error && status !== 'PROCESSING' && <span class="small row-error">{error.message}</span>}
      </div>
      <div class="row-state">
        <StatusBadge status={status} />
        {status === 'PROCESSING' && <JobProgressBar job={job} label={`Progress of ${name}`} />}
      </div>
      <time class="row-time small muted numbers" dateTime={job.createdAt}>
        {shortMoment(job.createdAt)}
      </time>
    </li>
  );
}

function factsOf({ kind, size, tenantId, userId, attempt, createdAt, finishedAt, outputCount }: JobSummary) {
  const seconds = finishedAt ? (Date.parse(finishedAt) - Date.parse(createdAt)) / 1000 : undefined;
  return [
    kind && kindLabel(kind).toLowerCase(),
    bytes(size),
    tenantId && (userId ? `${tenantId}/${userId}` : tenantId),
    outputCount !== undefined && `${outputCount} outputs`,
    seconds !== undefined && attempt === 1 && `in ${duration(seconds)}`,
    attempt > 1 && `attempt ${attempt}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
