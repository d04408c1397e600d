import { createHash } from 'node:crypto';
import { describeIssues } from '../../base/describe-issues.ts';
import { MediaError } from '../../base/errors.ts';
import { inBatches } from '../../base/in-batches.ts';
import { pacer } from '../../base/pacer.ts';
import { BACKFILL_REQUEST, type BackfillRequest } from '../../contract/backfill-api.ts';
import type { BackfillReports, BackfillTotals } from '../../core/lifecycle/backfill-reports.ts';
import { BYTE_SETTINGS } from '../../core/uploads/max-bytes.ts';
import { type DecideDeps, decideUpload } from './decide-upload.ts';

export const SETTINGS = [
  'JOB_TABLE',
  'MEDIA_BUCKET',
  'OUTPUT_BUCKET',
  'STATE_MACHINE_ARN',
  'EXTENSION_MISMATCH',
  ...BYTE_SETTINGS,
] as const;

export interface BackfillDeps extends DecideDeps {
  reports: BackfillReports;
}

/** Input of the states of media-backfill. */
export type BackfillInput =
  | { step: 'plan'; request: unknown }
  | { step: 'batch'; batch: Batch }
  | { step: 'report'; backfillId: string };

/** Input of a child execution, which ItemBatcher makes. */
interface Batch {
  BatchInput: { backfillId: string; startedAt: string; dryRun: boolean; startsPerSecond: number };
  Items: { key: string }[];
}

/** Output of PlanBackfill. */
export interface BackfillPlan extends BackfillRequest {
  /** Batches at once. */
  concurrency: number;
  /** Starts per second of one batch. */
  startsPerSecond: number;
}

/** Batches at once, each in an instance of the function: its reserved concurrency. */
const MAX_BATCHES = 10;
/** Keys of a batch looked at at once. */
const KEYS_AT_ONCE = 10;

export async function backfillUploads(
  deps: BackfillDeps,
  input: BackfillInput,
): Promise<BackfillPlan | BackfillTotals | { keys: number }> {
  if (input.step === 'plan') return planBackfill(input.request);
  if (input.step === 'report') return deps.reports.totals(input.backfillId);
  return backfillBatch(deps, input.batch);
}

/** Completes a request. Throws `InvalidConfiguration` for a wrong one, of whoever started the execution. */
function planBackfill(request: unknown): BackfillPlan {
  const parsed = BACKFILL_REQUEST.safeParse(request);
  if (!parsed.success)
    throw new MediaError(
      'InvalidConfiguration',
      `Expected a backfill such as {"prefix": "tenants/acme/", "dryRun": true}; ${describeIssues(parsed.error, request)}.`,
    );
  const concurrency = Math.min(MAX_BATCHES, parsed.data.ratePerSecond);
  return { ...parsed.data, concurrency, startsPerSecond: parsed.data.ratePerSecond / concurrency };
}

/** Does a batch of keys, unless an earlier try has done it, and reports each of them. */
async function backfillBatch(deps: BackfillDeps, { BatchInput, Items }: Batch): Promise<{ keys: number }> {
  const { backfillId, startedAt, dryRun, startsPerSecond } = BatchInput;
  const keys = Items.map(({ key }) => key);
  const batchId = createHash('sha256').update(keys.join('\n')).digest('hex').slice(0, 24);
  if (await deps.reports.has(backfillId, batchId)) return { keys: keys.length };
  const pace = pacer({ perSecond: startsPerSecond, burst: 1 });
  const began = new Date(startedAt).toISOString();
  const uploads = await inBatches(keys, KEYS_AT_ONCE, (key) =>
    decideUpload(deps, key, { dryRun, startedAt: began, pace }),
  );
  await deps.reports.write(backfillId, batchId, uploads);
  return { keys: keys.length };
}
