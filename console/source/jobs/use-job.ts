import { useRef } from 'preact/hooks';
import type { Job } from '../../../contract/job-api.ts';
import { getJob, getJobChange, type Versioned } from '../api/client.ts';
import { type Pace, type Polled, usePolled } from '../poll.ts';

/** Loads a job and follows it: while it runs, the API answers when something has changed. */
export function useJob(jobId: string): Polled<Job> {
  const latest = useRef<Versioned<Job> | undefined>(undefined);
  const load = async (signal: AbortSignal) => {
    const { data, etag } = latest.current ?? {};
    const isRunning = data?.jobId === jobId && data.status === 'PROCESSING';
    const change = isRunning && etag ? await getJobChange(jobId, etag, signal) : await getJob(jobId, signal);
    latest.current = change ?? (latest.current as Versioned<Job>);
    return latest.current.data;
  };
  return usePolled(`job ${jobId}`, load, paceOf);
}

/**
 * Tells how often to poll. A job that has ended changes when someone retries it; a completed one
 * only with its upload.
 */
const paceOf = ({ status }: Job): Pace =>
  status === 'PROCESSING' ? 'live' : status === 'COMPLETED' ? 'final' : 'idle';
