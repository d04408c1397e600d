import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Job } from '../../core/job.ts';
import type { JobSummary } from '../../core/job-listing.ts';
import type { ApiDeps } from './api-deps.ts';
import { OUTPUT } from './schemas.ts';

/** Download links are the same for this long, so that an unchanged job has an unchanged representation; they stay good for twice that. */
const LINK_PERIOD = 1800;
/** Segments of a stream are fetched by way of their playlist, and there may be thousands. */
const SEGMENT = /_hls\/.*\.(?:ts|m4s|mp4|aac)$/;
const MANIFEST = z.object({ outputs: z.array(OUTPUT.omit({ url: true }).loose()) });

export function summaryView(job: JobSummary): JobSummary {
  const { jobId, status, kind, tenantId, userId, key, size, attempt, createdAt, updatedAt } = job;
  const { finishedAt, progress, error, outputCount } = job;
  return {
    jobId,
    status,
    kind,
    tenantId,
    userId,
    key,
    size,
    attempt,
    createdAt,
    updatedAt,
    finishedAt,
    progress,
    error,
    outputCount,
  } as JobSummary;
}

/** Changes with the row, and when the links in the answer do. */
export function etagOf(job: Job, now: Date): string {
  const content = JSON.stringify([job, linksFrom(now).toISOString()]);
  return `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
}

/** A job with its outputs, links to them, and what its source is made of; reads manifest and metadata from the output bucket. */
export async function jobView(deps: ApiDeps, job: Job): Promise<object> {
  const { bucket, key, versionId, etag, size, contentType, executionArn: arn, redriveCount } = job;
  return {
    ...summaryView(job),
    source: { bucket, key, versionId, etag, size, contentType },
    timeline: job.timeline,
    degraded: degradedOf(job),
    outputsRemovedAt: job.outputsRemovedAt,
    execution: { arn, redriveCount, consoleUrl: consoleUrl(arn) },
    maxAttempts: deps.config.MAX_PROCESSING_RETRIES + 1,
    ...(job.manifestKey && job.status === 'COMPLETED' && !job.outputsRemovedAt
      ? await published(deps, job.manifestKey)
      : {}),
  };
}

async function published({ objects, presigned, config, now }: ApiDeps, manifestKey: string): Promise<object> {
  const bucket = config.OUTPUT_BUCKET;
  const metadataKey = manifestKey.replace(/manifest\.json$/, 'metadata.json');
  const [manifest, metadata] = await Promise.all([
    objects.readOutput(bucket, manifestKey),
    objects.readOutput(bucket, metadataKey),
  ]);
  // The upload, and its outputs with it, may be deleted at any moment.
  if (!manifest) return {};
  const link = (key: string) =>
    presigned.download({ bucket, key }, { from: linksFrom(now()), seconds: 2 * LINK_PERIOD });
  const { outputs } = MANIFEST.parse(JSON.parse(manifest.toString('utf8')));
  return {
    metadata: metadata && JSON.parse(metadata.toString('utf8')),
    manifest: { key: manifestKey, url: await link(manifestKey) },
    outputs: await Promise.all(
      outputs.map(async (output) =>
        SEGMENT.test(output.key) ? output : { ...output, url: await link(output.key) },
      ),
    ),
  };
}

function degradedOf({ degraded }: Job): string[] {
  return degraded ? z.array(z.string()).parse(JSON.parse(degraded)) : [];
}

function linksFrom(now: Date): Date {
  const period = LINK_PERIOD * 1000;
  return new Date(Math.floor(now.getTime() / period) * period);
}

function consoleUrl(arn: string): string {
  const region = arn.split(':')[3];
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${encodeURIComponent(arn)}`;
}
