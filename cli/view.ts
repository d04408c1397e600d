import { basename } from 'node:path';
import { describePlace } from '../contract/describe-place.ts';
import type { Job, JobSummary } from '../contract/job-api.ts';

/** Fields of a job that its progress is shown from. */
type ViewedJob = Pick<JobSummary, 'status' | 'progress' | 'createdAt' | 'finishedAt'> & Pick<Job, 'queue'>;

/** Uploaded file, with its job once it has one. */
export interface TrackedFile {
  file: string;
  key: string;
  job?: ViewedJob | undefined;
}

/**
 * Shows the progress of files: redraws lines in place on a terminal, otherwise prints one plain
 * line per change.
 */
export function progressView(stream: NodeJS.WriteStream): { show(files: readonly TrackedFile[]): void } {
  let drawn = 0;
  const said = new Map<string, string>();
  return {
    show(files) {
      if (!stream.isTTY) {
        for (const tracked of files) {
          const line = `${displayName(tracked.file)}: ${position(tracked.job)}`;
          // Plain output is for logs: steps of ten percent are enough.
          const step = line.replace(/\d(?= ?%)/, '0');
          if (tracked.job && said.get(tracked.key) !== step) stream.write(`${line}\n`);
          if (tracked.job) said.set(tracked.key, step);
        }
        return;
      }
      const width = Math.max(...files.map(({ file }) => displayName(file).length));
      const lines = files.map(({ file, job }) =>
        `  ${displayName(file).padEnd(width)}  ${bar(job)} ${position(job)}`.slice(0, stream.columns - 1),
      );
      stream.write(
        `${drawn > 0 ? `\u001b[${drawn}A` : ''}${lines.map((line) => `\u001b[2K${line}\n`).join('')}`,
      );
      drawn = lines.length;
    },
  };
}

/**
 * Formats rows as a table with each column as wide as its widest cell. `undefined` cells are empty.
 */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => (row[column] ?? '').padEnd(width))
      .join('  ')
      .trimEnd();
  return [line(header), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}

/**
 * Removes control characters: file names come from users and must not send escape sequences to the
 * terminal.
 */
export function displayName(file: string): string {
  return basename(file).replace(/\p{Cc}/gu, '?');
}

/** Returns the seconds from upload to end, for a job that has ended. */
export function secondsOf(job: ViewedJob | undefined): string {
  return job?.finishedAt ? ((Date.parse(job.finishedAt) - Date.parse(job.createdAt)) / 1000).toFixed(1) : '';
}

function position(job: ViewedJob | undefined): string {
  if (!job) return 'uploaded';
  if (job.status !== 'PROCESSING') return job.status.toLowerCase();
  if (!job.progress) return 'processing';
  if (job.queue) return `${job.progress.phase}, ${describePlace(job.queue, new Date())}`;
  const { phase, percent, etaSeconds } = job.progress;
  return `${phase} ${percent}%${etaSeconds === undefined ? '' : `, ${etaSeconds} s left`}`;
}

function bar(job: ViewedJob | undefined): string {
  const ended = job && job.status !== 'PROCESSING';
  const filled = Math.round((ended ? 100 : (job?.progress?.percent ?? 0)) / 10);
  return `${'█'.repeat(filled)}${'░'.repeat(10 - filled)}`;
}
