import type { Job } from '../../../contract/job-api.ts';
import { allows, useJobAction } from './use-job-action.tsx';

/** Renders the Retry and Cancel actions. */
export function JobActions({ job, onChanged }: { job: Job; onChanged: () => void }) {
  const { ask, busy, notice, dialog } = useJobAction(onChanged);
  return (
    <div class="job-actions">
      <div class="buttons">
        {allows('retry', job) && (
          <button
            type="button"
            class={`button${job.status === 'FAILED' ? ' primary' : ''}`}
            disabled={busy}
            onClick={() => ask('retry', job)}
          >
            Retry
          </button>
        )}
        {allows('cancel', job) && (
          <button type="button" class="button danger" disabled={busy} onClick={() => ask('cancel', job)}>
            Cancel job
          </button>
        )}
      </div>
      {notice}
      {dialog}
    </div>
  );
}
