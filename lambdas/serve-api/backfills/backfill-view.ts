import type { Backfill } from '../../../contract/backfill-api.ts';
import { type ExecutionDescription, executionArn } from '../../../core/aws/executions.ts';
import type { ApiDeps } from '../api-deps.ts';
import { notFound } from '../http/problem.ts';

type Deps = Pick<ApiDeps, 'executions' | 'backfillReports' | 'config'>;

export const arnOfBackfill = ({ config }: Pick<Deps, 'config'>, backfillId: string): string =>
  executionArn(config.BACKFILL_STATE_MACHINE_ARN, backfillId);

/** Describes the execution of a backfill. Throws 404 if there is none. */
export async function describeBackfill(deps: Deps, backfillId: string): Promise<ExecutionDescription> {
  const execution = await deps.executions.describe(arnOfBackfill(deps, backfillId));
  if (!execution) throw notFound(`backfill ${backfillId}`);
  return execution;
}

/** Builds the API's view of a backfill from its execution and the reports of its batches. */
export async function backfillView(deps: Deps, backfillId: string): Promise<Backfill> {
  const execution = await describeBackfill(deps, backfillId);
  const { objects, counts, estimatedUsd } = await deps.backfillReports.totals(backfillId);
  const { status, startDate, stopDate, error, cause } = execution;
  return {
    backfillId,
    status: status as Backfill['status'],
    executionArn: arnOfBackfill(deps, backfillId),
    ...requestOf(execution.input),
    startedAt: (startDate ?? new Date(0)).toISOString(),
    ...(stopDate && { endedAt: stopDate.toISOString() }),
    ...(error && { error: { name: error, cause: cause ?? '' } }),
    ...{ objects, counts, estimatedUsd },
  };
}

/** An execution that was started in the console may have any input. */
function requestOf(input = '{}'): Pick<Backfill, 'prefix' | 'dryRun'> {
  const { prefix, dryRun = false } = JSON.parse(input) as { prefix?: unknown; dryRun?: unknown };
  return { ...(typeof prefix === 'string' && { prefix }), dryRun: dryRun === true };
}
