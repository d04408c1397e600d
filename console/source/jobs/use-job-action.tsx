import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Job, JobSummary } from '../../../contract/job-api.ts';
import { FAILED_STATUSES } from '../../../contract/lists.ts';
import { cancelJob, retryJob } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { fileName } from '../format.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Notice } from '../parts/notice.tsx';

/** A job of a list, which does not tell how many attempts it may have, or one in full. */
type Subject = JobSummary & Partial<Pick<Job, 'maxAttempts'>>;
type Action = 'retry' | 'cancel';
type Told = { tone: 'good' | 'warn' | 'bad'; title: string; text: string };

/** Tells whether the status of a job allows an action. */
export const allows = (action: Action, { status }: Pick<JobSummary, 'status'>): boolean =>
  action === 'cancel' ? status === 'PROCESSING' : FAILED_STATUSES.some((failed) => failed === status);

/**
 * Retries or cancels a job after a confirmation. If someone else was faster, the API returns 409
 * and the job is reloaded.
 */
export function useJobAction(onChanged: () => void): {
  ask: (action: Action, job: Subject) => void;
  busy: boolean;
  notice: JSX.Element | undefined;
  dialog: JSX.Element | undefined;
} {
  const [asked, setAsked] = useState<{ action: Action; job: Subject }>();
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState<Told>();
  const run = async (action: Action, { jobId }: Subject) => {
    setBusy(true);
    setTold(undefined);
    try {
      setTold(await (action === 'retry' ? retry(jobId) : cancel(jobId)));
    } catch (error) {
      setTold(refused(asProblem(error)));
    }
    setBusy(false);
    onChanged();
  };
  return {
    ask: (action, job) => {
      if (!busy && allows(action, job)) setAsked({ action, job });
    },
    busy,
    notice: told && (
      <Notice tone={told.tone} title={told.title}>
        {told.text}
      </Notice>
    ),
    dialog: asked && (
      <Question
        {...asked}
        onConfirm={() => run(asked.action, asked.job)}
        onClose={() => setAsked(undefined)}
      />
    ),
  };
}

async function retry(jobId: string): Promise<Told> {
  const { mode, reason } = await retryJob(jobId);
  const title =
    mode === 'redrive' ? 'The job resumes where it failed' : 'The job restarts from the beginning';
  return { tone: 'good', title, text: reason };
}

async function cancel(jobId: string): Promise<Told> {
  await cancelJob(jobId);
  return { tone: 'good', title: 'The job was cancelled', text: 'Its execution was stopped.' };
}

function refused({ status, title, message }: Problem): Told {
  if (status === 409) return { tone: 'warn', title: 'No longer possible', text: message };
  return { tone: 'bad', title, text: message };
}

function Question({
  action,
  job,
  ...answers
}: {
  action: Action;
  job: Subject;
  onConfirm: () => void;
  onClose: () => void;
}) {
  const name = fileName(job.key);
  if (action === 'cancel')
    return (
      <Confirm title="Cancel this job?" action="Cancel job" danger {...answers}>
        <p>
          Processing of {name} stops, and what it has published is removed; outputs of an earlier attempt that
          has completed stay. The upload itself is kept.
        </p>
      </Confirm>
    );
  return (
    <Confirm title="Retry this job?" action="Retry" {...answers}>
      <p>
        {name} is processed again: attempt {job.attempt + 1}
        {job.maxAttempts && ` of ${job.maxAttempts}`}. If possible, the pipeline resumes at the step that
        failed.
      </p>
      {job.status === 'REJECTED' && (
        <p>It was rejected because of the file itself, so it will most likely be rejected again.</p>
      )}
    </Confirm>
  );
}
