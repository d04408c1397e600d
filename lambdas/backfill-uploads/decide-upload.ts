import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { extensionOf } from '../../base/file-name.ts';
import type { BackfillUpload } from '../../contract/backfill-api.ts';
import { parseUploadKey, type UploadKey } from '../../contract/upload-key.ts';
import { executionName } from '../../core/aws/executions.ts';
import { estimateJobCost } from '../../core/lifecycle/estimate-job-cost.ts';
import { findUpload, type StartUploadDeps, startUpload } from '../../core/lifecycle/start-upload.ts';
import { outputKey, outputPrefix, stemCandidates } from '../../core/outputs/output-key.ts';
import { inspectUpload } from '../../core/uploads/inspect-upload.ts';
import type { ByteConfig } from '../../core/uploads/max-bytes.ts';
import type { Upload } from '../../core/uploads/upload.ts';
import { mediaTypesOfExtension } from '../../media/kinds/media-type.ts';

export interface DecideDeps extends StartUploadDeps {
  config: Config<'STATE_MACHINE_ARN' | 'MEDIA_BUCKET' | 'OUTPUT_BUCKET' | 'EXTENSION_MISMATCH'> & ByteConfig;
}

export interface DecideOptions {
  dryRun: boolean;
  /** When the backfill began, ISO 8601. */
  startedAt: string;
  /** Awaited before each start of an execution. */
  pace: () => Promise<void>;
}

/**
 * Processes the current object of a key unless it has a job, or the manifest of its outputs says
 * that it was processed. Throws errors of AWS, so that the batch is tried again.
 */
export async function decideUpload(
  deps: DecideDeps,
  key: string,
  options: DecideOptions,
): Promise<BackfillUpload> {
  let owner: UploadKey;
  try {
    owner = parseUploadKey(key);
  } catch (error) {
    return { key, outcome: 'ignored', reason: (error as Error).message };
  }
  try {
    return await decide(deps, key, owner, options);
  } catch (error) {
    if (!(error instanceof MediaError) || error.name === 'CorruptJobRow')
      return { key, outcome: 'failed', reason: (error as Error).message };
    throw error;
  }
}

async function decide(
  deps: DecideDeps,
  key: string,
  owner: UploadKey,
  { dryRun, startedAt, pace }: DecideOptions,
): Promise<BackfillUpload> {
  const found = await findUpload(deps, { bucket: deps.config.MEDIA_BUCKET, key });
  if (found.is === 'absent') return { key, outcome: 'ignored', reason: 'the upload was deleted meanwhile' };
  if (found.is === 'known') {
    const { jobId, status, executionArn, createdAt, size } = found.job;
    if (!dryRun && createdAt >= startedAt && isOurs(jobId, executionArn))
      return { key, outcome: 'start', reason: BY_ANOTHER_TRY, jobId, ...estimateByName(owner.file, size) };
    return { key, outcome: 'has-job', reason: `its job is ${status}`, jobId };
  }
  const { upload, jobId } = found;
  const manifest = await processedBefore(deps, upload, owner);
  if (manifest.is === 'current') return { key, outcome: 'processed', reason: manifest.reason };
  const { reason } = manifest;
  if (dryRun) {
    const verdict = await judge(deps, upload, owner.file);
    return 'refusal' in verdict
      ? { key, outcome: 'reject', reason: verdict.refusal, jobId }
      : { key, outcome: 'start', reason, jobId, ...verdict };
  }
  await pace();
  const { started, executionArn = '', reason: whyNot } = await startUpload(deps, upload, jobId);
  if (!started && !isOurs(jobId, executionArn))
    return { key, outcome: 'has-job', reason: whyNot ?? 'its job has begun meanwhile', jobId };
  const estimate = estimateByName(owner.file, upload.size);
  return { key, outcome: 'start', reason: started ? reason : BY_ANOTHER_TRY, jobId, ...estimate };
}

/** One that has died, or that a stop of the execution has not reached. */
const BY_ANOTHER_TRY = 'started by another try of this batch';

/** Tells whether an execution was started by a backfill: not by an event, but by the job's name. */
const isOurs = (jobId: string, executionArn: string) =>
  /^-1(?:-\d{8})?$/.test(executionName(executionArn).slice(jobId.length));

type Estimate = Pick<BackfillUpload, 'kind' | 'estimatedUsd'>;
type Verdict = { refusal: string } | Estimate;

/** Estimates by the extension alone: of a started upload, admission reads the content. */
function estimateByName(file: string, size: number): Estimate {
  const [type] = mediaTypesOfExtension(extensionOf(file));
  return type ? { kind: type.kind, estimatedUsd: estimateJobCost(type, size) } : {};
}

/** Says what admission would: the kind of the upload, or why it is rejected. */
async function judge(deps: DecideDeps, upload: Upload, file: string): Promise<Verdict> {
  try {
    const type = await inspectUpload(deps, upload, file);
    return { kind: type.kind, estimatedUsd: estimateJobCost(type, upload.size) };
  } catch (error) {
    if (!(error instanceof MediaError) || error.category !== 'processing') throw error;
    return { refusal: `would be rejected: ${error.message}` };
  }
}

/**
 * Looks for a manifest that names this upload, under each stem that it may have got. Its ETag says
 * whether the outputs are those of the present content.
 */
async function processedBefore(
  { objects, config }: DecideDeps,
  { key, etag }: Upload,
  owner: UploadKey,
): Promise<{ is: 'current' | 'old' | 'none'; reason: string }> {
  for (const stem of stemCandidates(key, owner)) {
    const manifestKey = outputKey(outputPrefix({ ...owner, stem }), 'manifest.json');
    const content = await objects.readOutput(config.OUTPUT_BUCKET, manifestKey);
    const source = content && sourceOf(content.toString('utf8'));
    if (source?.key !== key) continue;
    if (source.etag === etag)
      return { is: 'current', reason: `${manifestKey} was made of this content (ETag ${etag})` };
    return { is: 'old', reason: `${manifestKey} was made of other content (ETag ${source.etag})` };
  }
  return { is: 'none', reason: 'it has neither a job nor outputs' };
}

function sourceOf(text: string): { key?: unknown; etag?: unknown } | undefined {
  try {
    return (JSON.parse(text) as { source?: { key?: unknown; etag?: unknown } }).source;
  } catch {
    // Not a manifest of ours: nothing is known of the upload.
    return undefined;
  }
}
