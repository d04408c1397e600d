import type { JobPage, JobSummary } from '../contract/job-api.ts';
import { type ApiClient, onlyPositional } from './api-client.ts';
import { type CommandContext, UsageError } from './command.ts';

/** Shown as the argument of commands that take a job. */
export const JOB_USAGE = 'JOB|KEY|NAME';

/** Matches that an error names. */
const SHOWN = 5;

/**
 * Returns the API path of the only argument's job: named by its id, by the key of its upload, or by the
 * beginning of the file name, if only one upload has it; then its latest job. Throws `UsageError`.
 */
export async function jobPath(api: ApiClient, context: CommandContext): Promise<string> {
  const asked = onlyPositional(context, 'job id, key or file name');
  // Of a malformed id, the API says what it expects.
  const jobId = asked.startsWith('job_') ? asked : (await newest(api, asked)).jobId;
  return `/jobs/${encodeURIComponent(jobId)}`;
}

/** Returns the jobs of an upload named by its key or the beginning of its file name, newest first. */
export async function* jobsCalled(
  api: ApiClient,
  asked: string,
  filter: Record<string, unknown> = {},
): AsyncGenerator<JobSummary> {
  const sought = asked.startsWith('tenants/') ? { key: asked } : { fileName: asked };
  let cursor: string | undefined;
  do {
    const page: JobPage = await api.get<JobPage>('/jobs', { ...filter, ...sought, cursor });
    yield* page.jobs;
    cursor = page.nextCursor;
  } while (cursor);
}

async function newest(api: ApiClient, asked: string): Promise<JobSummary> {
  const found: JobSummary[] = [];
  for await (const job of jobsCalled(api, asked)) {
    found.push(job);
    if (keysOf(found).length > SHOWN) break;
  }
  const [job] = found;
  if (!job) throw new UsageError(`Expected the upload of a job, got ${asked}, which has none.`);
  const keys = keysOf(found);
  if (keys.length > 1)
    throw new UsageError(
      `Expected one upload called ${asked}…, got several. Name one by its key:\n${keys.slice(0, SHOWN).join('\n')}`,
    );
  return job;
}

const keysOf = (jobs: readonly JobSummary[]) => [...new Set(jobs.map(({ key }) => key))];
