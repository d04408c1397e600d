import type { JobSummary } from '../../../contract/job-api.ts';
import { bytes } from '../format.ts';
import { kindIcon } from '../kind.ts';
import { cancelUpload, type QueuedUpload, retryUpload } from '../upload/queue.ts';
import { Icon } from './icon.tsx';
import { JobProgressBar, Progress, StatusBadge } from './status.tsx';

export function UploadRow({ upload, job }: { upload: QueuedUpload; job: JobSummary | undefined }) {
  const { file, id } = upload;
  return (
    <li class="row upload-row">
      <span class="row-icon">
        <Icon name={kindIcon(job?.kind)} size={20} />
      </span>
      <div class="row-main">
        {job ? (
          <a class="row-title" href={`/jobs/${job.jobId}`}>
            {file.name}
          </a>
        ) : (
          <span class="row-title">{file.name}</span>
        )}
        <span class="small muted">{bytes(file.size)}</span>
      </div>
      <div class="row-state">{job ? <JobState job={job} /> : <SendingState upload={upload} />}</div>
      <div class="row-action">
        {(upload.state === 'sending' || upload.state === 'waiting') && (
          <button
            type="button"
            class="button quiet"
            onClick={() => cancelUpload(id)}
            aria-label={`Cancel the upload of ${file.name}`}
          >
            Cancel
          </button>
        )}
        {(upload.state === 'failed' || upload.state === 'cancelled') && (
          <button
            type="button"
            class="button"
            onClick={() => retryUpload(id)}
            aria-label={`Upload again: ${file.name}`}
          >
            Upload again
          </button>
        )}
      </div>
    </li>
  );
}

function JobState({ job }: { job: JobSummary }) {
  if (job.status === 'PROCESSING') return <JobProgressBar job={job} label={`Processing ${job.key}`} />;
  return (
    <>
      <StatusBadge status={job.status} />
      {job.error && <span class="small muted">{job.error.message}</span>}
    </>
  );
}

function SendingState({ upload: { state, sentBytes, file, problem } }: { upload: QueuedUpload }) {
  const share = file.size > 0 ? (100 * sentBytes) / file.size : 0;
  switch (state) {
    case 'waiting':
      return <span class="muted small">queued</span>;
    case 'sending':
      return (
        <div class="progress-line">
          <Progress percent={share} label={`Uploading ${file.name}`} />
          <span class="small muted numbers">
            uploading · {bytes(sentBytes)} of {bytes(file.size)}
          </span>
        </div>
      );
    case 'sent':
      return (
        <div class="progress-line">
          <Progress label={`Waiting for the job for ${file.name}`} />
          <span class="small muted">uploaded · waiting for the job to start</span>
        </div>
      );
    case 'cancelled':
      return <span class="badge cancelled">Upload cancelled</span>;
    case 'failed':
      return (
        <div role="alert">
          <span class="badge failed">{problem?.title ?? 'Upload failed'}</span>
          <span class="small muted"> {problem?.message}</span>
        </div>
      );
  }
}
