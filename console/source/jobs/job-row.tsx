import type { JobSummary } from '../../../contract/job-api.ts';
import { bytes, duration, fileName, shortMoment } from '../format.ts';
import { kindLabel } from '../kind.ts';
import { JobProgressBar, StatusBadge } from '../parts/status.tsx';
import { linkId } from './focus-job.ts';
import { JobPicture } from './job-picture.tsx';

export interface ListedJob {
  job: JobSummary;
  isSelected: boolean;
  /** The list is one stop of the Tab key, at this job. */
  isTabStop: boolean;
  onSelect: (jobId: string) => void;
}

export function JobRow({ job, ...listed }: ListedJob) {
  const { status, error } = job;
  return (
    <li class="row" aria-current={listed.isSelected || undefined}>
      <JobPicture job={job} iconSize={20} />
      <div class="row-main">
        <JobLink job={job} {...listed} />
        <span class="small muted">{factsOf(job)}</span>
        {error && status !== 'PROCESSING' && <span class="small row-error">{error.message}</span>}
      </div>
      <JobState job={job} />
      <time class="row-time small muted numbers" dateTime={job.createdAt}>
        {shortMoment(job.createdAt)}
      </time>
    </li>
  );
}

export function JobCard({ job, ...listed }: ListedJob) {
  return (
    <li class="job-card" aria-current={listed.isSelected || undefined}>
      <JobPicture job={job} iconSize={40} />
      <JobLink job={job} {...listed} />
      <JobState job={job} />
    </li>
  );
}

function JobLink({ job: { jobId, key }, isTabStop, onSelect }: ListedJob) {
  return (
    <a
      class="row-title"
      id={linkId(jobId)}
      href={`/jobs/${jobId}`}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={() => onSelect(jobId)}
    >
      {fileName(key)}
    </a>
  );
}

function JobState({ job }: { job: JobSummary }) {
  return (
    <div class="row-state">
      <StatusBadge status={job.status} />
      {job.status === 'PROCESSING' && <JobProgressBar job={job} label={`Progress of ${fileName(job.key)}`} />}
    </div>
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
