import { describePlace } from '../contract/describe-place.ts';
import type { Job, JobSummary } from '../contract/job-api.ts';
import { displayName, formatTable } from './view.ts';

export function jobTable(jobs: readonly JobSummary[]): string {
  const rows = jobs.map((job) => [
    job.jobId,
    job.status,
    job.kind?.toLowerCase() ?? '',
    job.tenantId ?? '',
    job.createdAt.slice(0, 19),
    `${job.attempt}`,
    displayName(job.key),
    job.error ? plain(job.error.message).slice(0, 60) : progressOf(job),
  ]);
  return formatTable(['job', 'status', 'kind', 'tenant', 'created', 'attempt', 'file', 'note'], rows);
}

export function jobText(job: Job): string {
  const lines = [
    `${job.jobId}  ${job.status}  ${progressOf(job)}`.trim(),
    ...(job.queue ? [`queue      ${describePlace(job.queue, new Date())}`] : []),
    `source     ${plain(job.key)} (${job.size} bytes)`,
    `attempt    ${job.attempt} of ${job.maxAttempts}`,
    ...(job.profile ? [`profile    ${job.profile.name}, document ${job.profile.hash.slice(0, 12)}`] : []),
    `execution  ${job.execution.arn}`,
    ...(job.error
      ? [
          `error      ${job.error.name} (${job.error.category}): ${plain(job.error.message)}`,
          `advice     ${job.error.advice}`,
        ]
      : []),
    ...job.degraded.map((reason) => `degraded   ${plain(reason)}`),
    ...job.timeline.map(({ at, status, note }) => `${at}  ${status}${note ? `  ${plain(note)}` : ''}`),
  ];
  const outputs = (job.outputs ?? []).map(({ key, contentType, size }) => [
    displayName(key),
    contentType,
    `${size}`,
  ]);
  return outputs.length > 0
    ? `${lines.join('\n')}\n\n${formatTable(['output', 'type', 'bytes'], outputs)}`
    : lines.join('\n');
}

function progressOf({ progress }: JobSummary): string {
  return progress ? `${plain(progress.phase)} ${progress.percent}%` : '';
}

/**
 * Removes control characters: names and messages come from users and must not send escape sequences
 * to the terminal.
 */
const plain = (text: string) => text.replace(/\p{Cc}/gu, '?');
