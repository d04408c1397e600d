import type { Job } from '../../../contract/job-api.ts';
import { bytes, fileName } from '../format.ts';
import { JobActions } from '../jobs/job-actions.tsx';
import { useJob } from '../jobs/use-job.ts';
import { kindIcon, kindLabel } from '../kind.ts';
import { Outputs } from '../outputs/outputs.tsx';
import { StaleOutputs } from '../outputs/stale-outputs.tsx';
import { Icon } from '../parts/icon.tsx';
import { JobFacts } from '../parts/job-facts.tsx';
import { Metadata } from '../parts/metadata.tsx';
import { Empty, Loading, Notice, ProblemNotice } from '../parts/notice.tsx';
import { JobProgressBar, StatusBadge } from '../parts/status.tsx';
import { Timeline } from '../parts/timeline.tsx';
import { goBack } from '../router.ts';

export function JobPage({ jobId }: { jobId: string }) {
  const { data: job, problem, refresh } = useJob(jobId);
  if (problem?.status === 404)
    return (
      <Empty title="Job not found" level={1}>
        It may belong to another tenant, or its record may have expired. <a href="/jobs">All jobs</a>
      </Empty>
    );
  return (
    <>
      <p class="crumbs">
        <a href="/jobs" onClick={goBack}>
          Jobs
        </a>
      </p>
      {!job && <h1>Job</h1>}
      {problem && <ProblemNotice problem={problem} onRetry={refresh} />}
      {!job && !problem && <Loading label="Loading the job" />}
      {job && <JobView job={job} onChanged={refresh} />}
    </>
  );
}

function JobView({ job, onChanged }: { job: Job; onChanged: () => void }) {
  const { status, kind, degraded, outputsRemovedAt } = job;
  const name = fileName(job.key);
  return (
    <>
      <div class="job-head">
        <div>
          <h1 class="file-name">{name}</h1>
          <p class="job-sub" role="status">
            <StatusBadge status={status} />
            {kind && (
              <span class="kind">
                <Icon name={kindIcon(kind)} /> {kindLabel(kind).toLowerCase()}
              </span>
            )}
            <span class="muted">{bytes(job.size)}</span>
          </p>
        </div>
        <JobActions job={job} onChanged={onChanged} />
      </div>
      {status === 'PROCESSING' && <JobProgressBar job={job} label={`Progress of ${name}`} />}
      {job.error && status !== 'PROCESSING' && <JobErrorCard error={job.error} />}
      {outputsRemovedAt && (
        <Notice tone="info" title="The upload and its outputs were deleted">
          This record is kept until it expires.
        </Notice>
      )}
      {degraded.length > 0 && (
        <Notice tone="warn" title="Completed with degraded outputs">
          <ul>
            {degraded.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div class="job-columns">
        <div class="job-main">
          {job.outputs && <Outputs job={job} />}
          {job.outputs && status === 'COMPLETED' && (
            <StaleOutputs key={job.attempt} job={job} onChanged={onChanged} />
          )}
          {!job.outputs && status === 'COMPLETED' && !outputsRemovedAt && (
            <Empty title="The outputs were deleted" />
          )}
          {!job.outputs && status !== 'COMPLETED' && <NoOutputs job={job} />}
          {isRecord(job.metadata) && <Metadata metadata={job.metadata} />}
        </div>
        <aside class="job-side" aria-label="About the job">
          <Timeline job={job} />
          <JobFacts job={job} />
        </aside>
      </div>
    </>
  );
}

function JobErrorCard({ error }: { error: NonNullable<Job['error']> }) {
  return (
    <section class={`error-card ${error.category}`} aria-label="Why the job ended">
      <p class="error-kind">
        <code>{error.name}</code> <span class="tag">{CATEGORY_TEXT[error.category]}</span>
        {error.state && <span class="small muted"> in {error.state}</span>}
      </p>
      <p class="error-message">{error.message}</p>
      <p class="error-advice">
        <strong>What to do:</strong> {error.advice}
      </p>
    </section>
  );
}

const CATEGORY_TEXT = {
  transient: 'transient: a service or worker',
  processing: 'processing: the upload itself',
  configuration: 'configuration: a permission or setting',
  resource: 'resource: memory, disk or time',
} as const;

function NoOutputs({ job: { status } }: { job: Job }) {
  if (status === 'PROCESSING')
    return (
      <Empty title="Outputs appear here">All outputs are published together when the job completes.</Empty>
    );
  return <Empty title="No outputs">A job that does not complete publishes no outputs.</Empty>;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
