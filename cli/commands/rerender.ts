import type { RerenderResults } from '../../contract/rerender-api.ts';
import { apiCommand } from '../api-client.ts';
import { FILTER_OPTIONS, FILTER_USAGE, filterOf, numberOf } from '../job-filter.ts';
import { formatTable } from '../view.ts';

const { status: _status, ...OPTIONS } = FILTER_OPTIONS;

export const command = apiCommand({
  name: 'rerender',
  usage: `${FILTER_USAGE.replace('[--status STATUS] ', '')} [--job JOB] [--profile frozen|current] [--limit N] [--rate PER_SECOND] [--dry-run] [--all]`,
  summary:
    'Make outputs of completed jobs again that are stale, because of profiles, settings or code; exits with 1 if any was refused',
  examples: [
    'npm run cli -- rerender --tenant acme --kind image --dry-run --all',
    'npm run cli -- rerender --tenant acme --kind image --rate 2 --all',
  ],
  options: {
    ...OPTIONS,
    job: { type: 'string' },
    profile: { type: 'string' },
    limit: { type: 'string' },
    rate: { type: 'string' },
    'dry-run': { type: 'boolean' },
    all: { type: 'boolean' },
  },
  async run(api, context) {
    const { values, json, print } = context;
    const request = {
      filter: { ...filterOf(context), jobId: values.job },
      profile: values.profile,
      dryRun: values['dry-run'] === true,
      limit: numberOf(values.limit),
      ratePerSecond: numberOf(values.rate),
    };
    const results: RerenderResults['results'] = [];
    let page: RerenderResults | undefined;
    do {
      page = await api.post<RerenderResults>('/jobs/rerender', { ...request, cursor: page?.nextCursor });
      results.push(...page.results);
    } while (values.all && page.nextCursor !== undefined);
    const estimatedUsd = results.reduce((sum, result) => sum + result.estimatedUsd, 0);
    const all = { ...page, results, estimatedUsd };
    print(json ? JSON.stringify(all) : text(all));
    return results.some(({ outcome }) => outcome === 'refused') ? 1 : 0;
  },
});

function text({ results, dryRun, estimatedUsd, nextCursor }: RerenderResults): string {
  if (results.length === 0) return 'No completed jobs.';
  const rows = results.flatMap(({ jobId, outcome, reason, stale }) =>
    stale.length > 0
      ? stale.map((output, i) => [i === 0 ? jobId : '', i === 0 ? outcome : '', output.name, output.reason])
      : [[jobId, outcome, '', reason]],
  );
  const more = nextCursor === undefined ? '' : ' There are more jobs: --all.';
  const cost = `At most about $${estimatedUsd.toFixed(4)} on AWS, at list prices of us-east-1.${more}`;
  const title = dryRun ? 'Dry run, nothing changed:' : 'Done:';
  return `${title}\n${formatTable(['job', 'outcome', 'output', 'reason'], rows)}\n${cost}`;
}
