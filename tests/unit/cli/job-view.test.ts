import { expect, test } from '@jest/globals';
import { jobText } from '../../../cli/job-view.ts';
import { progressView } from '../../../cli/view.ts';
import type { Job } from '../../../contract/job-api.ts';

const job = {
  jobId: 'job_abcdefghijklmnopqrstuvwxyz',
  status: 'PROCESSING',
  key: 'tenants/acme/users/ann/media/talk.wav',
  size: 42,
  attempt: 1,
  maxAttempts: 3,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  progress: { phase: 'queued', percent: 0 },
  queue: { position: 3, ahead: 2, estimatedStart: new Date(Date.now() + 240_000).toISOString() },
  degraded: [],
  timeline: [],
  execution: { arn: 'arn', redriveCount: 0, consoleUrl: 'https://example.com' },
  source: { bucket: 'b', key: 'k', etag: 'e', size: 42 },
  job: { jobId: 'job_abcdefghijklmnopqrstuvwxyz', status: 'PROCESSING' },
} satisfies Job;

test('a job that waits shows its place in line, one that does not shows none', () => {
  expect(jobText(job).split('\n').slice(0, 2)).toEqual([
    'job_abcdefghijklmnopqrstuvwxyz  PROCESSING  queued 0%',
    'queue      third in line, about 4 minutes',
  ]);
  const { queue: _queue, ...begun } = job;
  expect(jobText(begun)).not.toContain('queue ');
});

test('progress shows a place each time it changes', () => {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (line: string) => lines.push(line) };
  const view = progressView(stream as unknown as NodeJS.WriteStream);
  const { estimatedStart: _start, ...place } = job.queue;
  for (const position of [3, 3, 2])
    view.show([
      { file: 'talk.wav', key: job.key, job: { ...job, queue: { ...place, position, ahead: position - 1 } } },
    ]);
  expect(lines).toEqual(['talk.wav: queued, third in line\n', 'talk.wav: queued, second in line\n']);
});
