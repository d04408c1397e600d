import { useState } from 'preact/hooks';
import type { Job } from '../../../contract/job-api.ts';
import { FAILED_STATUSES } from '../../../contract/lists.ts';
import { cancelJob, retryJob } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { Confirm } from './confirm.tsx';
import { Notice } from './notice.tsx';

type Told = { tone: 'good' | 'warn' | 'bad'; title: string; text: string };

/**
 * Renders the Retry and Cancel actions. If someone else was faster, the API returns 409 and the job
 * is reloaded.
 */
export function JobActions({ job, name, onChanged }: { job: Job; name: string; onChanged: () => void }) {
  const [asking, setAsking] = useState<'retry' | 'cancel'>();
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<Told>();
  const run = async (action: () => Promise<Told>) => {
    setBusy(true);
    setTold(undefined);
    try {
      setTold(await action());
    } catch (error) {
      setTold(refused(asProblem(error)));
    }
    setBusy(false);
    onChanged();
  };
  const retry = () =>
    run(async () => {
      const { mode, reason } = await retryJob(job.jobId);
      const title =
        mode === 'redrive' ? 'The job resumes where it failed' : 'The job restarts from the beginning';
      return { tone: 'good', title, text: reason };
    });
  const cancel = () =>
    run(async () => {
      await cancelJob(job.jobId);
      return { tone: 'good', title: 'The job was cancelled', text: 'Its execution was stopped.' };
    });
  const mayRetry = FAILED_STATUSES.some((status) => status === job.status);
  return (
    <div class="job-actions">
      <div class="buttons">
        {mayRetry && (
          <button
            type="button"
            class={`button${job.status === 'FAILED' ? ' primary' : ''}`}
            disabled={busy}
            onClick={() => setAsking('retry')}
          >
            Retry
          </button>
        )}
        {job.status === 'PROCESSING' && (
          <button type="button" class="button danger" disabled={busy} onClick={() => setAsking('cancel')}>
            Cancel job
          </button>
        )}
      </div>
      {told && (
        <Notice tone={told.tone} title={told.title}>
          {told.text}
        </Notice>
      )}
      {asking === 'retry' && (
        <Confirm
          title="Retry this job?"
          action="Retry"
          onConfirm={retry}
          onClose={() => setAsking(undefined)}
        >
          <p>
            {name} is processed again: attempt {job.attempt + 1} of {job.maxAttempts}. If possible, the
            pipeline resumes at the step that failed.
          </p>
          {job.status === 'REJECTED' && (
            <p>It was rejected because of the file itself, so it will most likely be rejected again.</p>
          )}
        </Confirm>
      )}
      {asking === 'cancel' && (
        <Confirm
          title="Cancel this job?"
          action="Cancel job"
          danger
          onConfirm={cancel}
          onClose={() => setAsking(undefined)}
        >
          <p>Processing of {name} stops, and its published outputs are removed. The upload itself is kept.</p>
        </Confirm>
      )}
    </div>
  );
}

function refused({ status, title, message }: Problem): Told {
  if (status === 409) return { tone: 'warn', title: 'No longer possible', text: message };
  return { tone: 'bad', title, text: message };
}
