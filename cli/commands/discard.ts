import type { DiscardResults } from '../../contract/dead-letter-api.ts';
import { apiCommand } from '../api-client.ts';
import { UsageError } from '../command.ts';
import { formatTable } from '../view.ts';

export const command = apiCommand({
  name: 'discard',
  usage: '--job JOB | --error NAME | --unreadable [--yes]',
  summary:
    'Archive and delete dead letters that nobody will redrive; without --yes, only lists them and exits with 2',
  examples: ['npm run cli -- discard --job JOB', 'npm run cli -- discard --error AccessDenied --yes'],
  options: {
    job: { type: 'string' },
    error: { type: 'string' },
    unreadable: { type: 'boolean' },
    yes: { type: 'boolean' },
  },
  async run(api, { values, json, print }) {
    const { job: jobId, error: errorName, unreadable } = values;
    if ([jobId, errorName, unreadable].filter((one) => one !== undefined).length !== 1)
      throw new UsageError('Expected exactly one of --job, --error and --unreadable.');
    const request = { jobId, errorName, unreadable, dryRun: values.yes !== true };
    const discarded: DiscardResults['discarded'] = [];
    let page: DiscardResults;
    do {
      page = await api.post<DiscardResults>('/dead-letters/discard', request);
      discarded.push(...page.discarded);
    } while (!request.dryRun && page.discarded.length > 0);
    print(json ? JSON.stringify({ ...page, discarded }) : text({ ...page, discarded }));
    return request.dryRun && discarded.length > 0 ? 2 : 0;
  },
});

function text({ discarded, dryRun, deadLetters: { waiting, held } }: DiscardResults): string {
  const rows = discarded.map(({ jobId, attempt = '', errorName = '', archiveKey }) => [
    jobId ?? 'no job',
    `${attempt}`,
    errorName,
    archiveKey,
  ]);
  const title = dryRun ? 'Nothing changed; repeat with --yes to discard:' : 'Discarded:';
  const found =
    rows.length > 0
      ? `${title}\n${formatTable(['job', 'attempt', 'error', 'archived as'], rows)}`
      : 'No dead letter matches.';
  return `${found}\nIn the queue: ${waiting} waiting, ${held} held or hidden for a few minutes.`;
}
