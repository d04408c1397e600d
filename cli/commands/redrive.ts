import type { RedriveResults } from '../../contract/retry-api.ts';
import { apiCommand } from '../api-client.ts';
import { UsageError } from '../command.ts';
import { FILTER_OPTIONS, FILTER_USAGE, filterOf, numberOf } from '../job-filter.ts';
import { formatTable } from '../view.ts';

export const command = apiCommand({
  name: 'redrive',
  usage: `[--dead-letters | --undelivered] ${FILTER_USAGE} [--job JOB] [--error NAME] [--category CATEGORY] [--mode MODE] [--limit N] [--rate PER_SECOND] [--dry-run] [--all]`,
  summary:
    'Retry many jobs, or the jobs of dead letters, or deliver undelivered events again; exits with 1 if any was refused',
  examples: [
    'npm run cli -- redrive --dead-letters --dry-run',
    'npm run cli -- redrive --undelivered --all',
    'npm run cli -- redrive --error OutOfMemory --from 2026-01-31T00:00:00Z --rate 2 --all',
  ],
  options: {
    ...FILTER_OPTIONS,
    'dead-letters': { type: 'boolean' },
    undelivered: { type: 'boolean' },
    job: { type: 'string' },
    error: { type: 'string' },
    category: { type: 'string' },
    mode: { type: 'string' },
    limit: { type: 'string' },
    rate: { type: 'string' },
    'dry-run': { type: 'boolean' },
    all: { type: 'boolean' },
  },
  async run(api, context) {
    const { values, json, print } = context;
    if (values.undelivered && values['dead-letters'])
      throw new UsageError('Expected at most one of --dead-letters and --undelivered.');
    // An event whose target fails again comes back: without an end, --all could go on forever.
    const until = values.undelivered ? new Date().toISOString() : undefined;
    const filter = {
      ...filterOf(context),
      to: values.to ?? until,
      jobId: values.job,
      errorName: values.error,
      errorCategory: values.category,
    };
    const request = {
      source: values.undelivered ? 'undelivered-events' : values['dead-letters'] ? 'dead-letters' : 'jobs',
      filter,
      mode: values.mode,
      dryRun: values['dry-run'] === true,
      limit: numberOf(values.limit),
      ratePerSecond: numberOf(values.rate),
    };
    const results: RedriveResults['results'] = [];
    let cursor: string | undefined;
    let page: RedriveResults;
    do {
      page = await api.post<RedriveResults>('/jobs/redrive', { ...request, cursor });
      results.push(...page.results);
      cursor = page.nextCursor;
    } while (values.all && hasMore(request, page));
    print(json ? JSON.stringify({ ...page, results, nextCursor: cursor }) : text({ ...page, results }));
    return results.some(({ outcome }) => outcome === 'refused') ? 1 : 0;
  },
});

/**
 * Tells whether to request another page. A dry run and refusals leave dead letters in the queue, so
 * requesting more would never end.
 */
function hasMore(
  { source, dryRun }: { source: string; dryRun: boolean },
  { results, nextCursor }: RedriveResults,
): boolean {
  if (source === 'jobs') return nextCursor !== undefined;
  return !dryRun && results.some(({ outcome }) => outcome !== 'refused');
}

function text({ results, dryRun, deadLetters }: RedriveResults): string {
  const rows = results.map(({ jobId, event, outcome, reason }) => [
    event ?? jobId ?? 'no job',
    outcome,
    reason,
  ]);
  const title = dryRun ? 'Dry run, nothing changed:' : 'Done:';
  const table =
    rows.length > 0
      ? `${title}\n${formatTable(['job or event', 'outcome', 'reason'], rows)}`
      : 'Nothing to redrive.';
  if (!deadLetters) return table;
  const { waiting, held } = deadLetters;
  return `${table}\nIn the queue: ${waiting} waiting, ${held} held or hidden for a few minutes.`;
}
