import { setTimeout as sleep } from 'node:timers/promises';
import {
  BACKFILL_OUTCOMES,
  type Backfill,
  type BackfillUpload,
  type BackfillUploads,
} from '../../contract/backfill-api.ts';
import { type ApiClient, apiCommand, onlyPositional } from '../api-client.ts';
import { type CommandContext, UsageError } from '../command.ts';
import { numberOf } from '../job-filter.ts';
import { formatTable } from '../view.ts';

const POLL_MS = 2000;

export const command = apiCommand({
  name: 'backfill',
  usage:
    'PREFIX [--dry-run] [--limit N] [--rate PER_SECOND] [--detach] | --show ID | --resume ID | --stop ID [--uploads]',
  summary:
    'Process the uploads under a prefix that have no job: older than the pipeline, or whose event was lost. Runs in a state machine: it goes on if this program ends. Exits with 1 if it failed, or could not look at an upload',
  examples: [
    'npm run cli -- backfill tenants/acme/users/ann/media/ --dry-run',
    'npm run cli -- backfill tenants/ --rate 50 --detach --api https://api.example',
    'npm run cli -- backfill --resume 20260131T120000-1a2b3c4d',
  ],
  options: {
    limit: { type: 'string' },
    rate: { type: 'string' },
    'dry-run': { type: 'boolean' },
    detach: { type: 'boolean' },
    uploads: { type: 'boolean' },
    show: { type: 'string' },
    resume: { type: 'string' },
    stop: { type: 'string' },
  },
  async run(api, context) {
    const { values, json, print } = context;
    const begun = await begin(api, context);
    const { backfillId } = begun;
    const follows = !values.detach && !values.show && !values.stop;
    if (follows && begun.status === 'RUNNING')
      process.stderr.write(
        `Backfill ${backfillId} runs on if you end this program: \`backfill --show ${backfillId}\`.\n`,
      );
    const backfill = follows ? await followed(api, begun) : begun;
    // Of a dry run, each upload is what was asked for; otherwise what an operator must look at.
    const all = values.uploads === true || (backfill.dryRun === true && !values.detach);
    const uploads = await uploadsOf(api, backfillId, all ? {} : { outcome: 'failed' });
    print(json ? JSON.stringify({ ...backfill, uploads }) : text(backfill, uploads));
    const isGood = backfill.status === 'SUCCEEDED' || (backfill.status === 'RUNNING' && !follows);
    return isGood && backfill.counts.failed === 0 ? 0 : 1;
  },
});

/** Starts, resumes, stops or looks up the backfill. */
async function begin(api: ApiClient, context: CommandContext): Promise<Backfill> {
  const { values } = context;
  const named = (['show', 'resume', 'stop'] as const).filter((option) => values[option] !== undefined);
  const [option] = named;
  if (!option) {
    return api.post<Backfill>('/backfills', {
      prefix: onlyPositional(context, 'prefix'),
      dryRun: values['dry-run'] === true,
      limit: numberOf(values.limit),
      ratePerSecond: numberOf(values.rate),
    });
  }
  if (named.length > 1 || context.positionals.length > 0)
    throw new UsageError('Expected a prefix, or one of --show, --resume and --stop.');
  const path = `/backfills/${encodeURIComponent(String(values[option]))}`;
  if (option === 'show') return api.get<Backfill>(path);
  return option === 'stop' ? api.remove<Backfill>(path) : api.post<Backfill>(path);
}

async function followed(api: ApiClient, begun: Backfill): Promise<Backfill> {
  let backfill = begun;
  let said = -1;
  while (backfill.status === 'RUNNING') {
    await sleep(POLL_MS);
    backfill = await api.get<Backfill>(`/backfills/${begun.backfillId}`);
    if (backfill.objects !== said) process.stderr.write(`${backfill.objects} uploads looked at\n`);
    said = backfill.objects;
  }
  return backfill;
}

async function uploadsOf(
  api: ApiClient,
  backfillId: string,
  filter: { outcome?: string },
): Promise<BackfillUpload[]> {
  const uploads: BackfillUpload[] = [];
  let cursor: string | undefined;
  do {
    const page = await api.get<BackfillUploads>(`/backfills/${backfillId}/uploads`, { ...filter, cursor });
    uploads.push(...page.uploads);
    cursor = page.nextCursor;
  } while (cursor);
  return uploads;
}

function text(backfill: Backfill, uploads: readonly BackfillUpload[]): string {
  const { backfillId, status, dryRun, error, counts, estimatedUsd } = backfill;
  const rows = BACKFILL_OUTCOMES.filter((outcome) => counts[outcome] > 0);
  const lines = uploads
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ outcome, key, reason, estimatedUsd: usd }) => [
      outcome,
      usd === undefined ? '' : usd.toFixed(6),
      key,
      reason,
    ]);
  return [
    `${dryRun ? 'Dry run' : 'Backfill'} ${backfillId}: ${status.toLowerCase()}${error ? `, ${error.name}: ${error.cause}` : ''}`,
    ...(lines.length > 0 ? [formatTable(['outcome', 'US $', 'key', 'why'], lines)] : []),
    formatTable(
      ['outcome', 'uploads'],
      rows.map((outcome) => [outcome, `${counts[outcome]}`]),
    ),
    `Estimated cost of the jobs on AWS: ${estimatedUsd.toFixed(4)} US $`,
  ].join('\n');
}
