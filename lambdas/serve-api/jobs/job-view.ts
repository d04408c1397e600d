import * as z from 'zod';
import { shownProgress } from '../../../core/jobs/chunks-progress.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { JobSummary } from '../../../core/jobs/job-row.ts';
import { describeOutput } from '../../../media/kinds/describe-output.ts';
import type { OutputName } from '../../../media/kinds/outputs.ts';
import type { ApiDeps } from '../api-deps.ts';
import { LINK_PERIOD, linksFrom, PLAYBACK_SECONDS } from './link-period.ts';
import { type PublishedOutput, publishedOutputs } from './published-outputs.ts';
import type { BeyondRow, Replacement } from './replacement.ts';

const MASTER = 'hls/master.m3u8' satisfies OutputName;

export function summaryView(job: JobSummary): JobSummary {
  const { jobId, status, kind, tenantId, userId, key, size, attempt, createdAt, updatedAt } = job;
  const { finishedAt, error, outputCount } = job;
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
    progress: shownProgress(job),
    error,
    outputCount,
  } as JobSummary;
}

/**
 * Returns a job with its outputs, their links and the metadata of its source. Reads the manifest
 * and the metadata from the output bucket.
 */
export async function jobView(
  deps: ApiDeps,
  job: Job,
  { replacedBy, ...standing }: BeyondRow = { replacedBy: undefined },
): Promise<object> {
  const { bucket, key, versionId, etag, size, contentType, executionArn: arn, redriveCount } = job;
  const shown = await published(deps, job, { replacedBy });
  return {
    ...summaryView(job),
    ...standing,
    source: { bucket, key, versionId, etag, size, contentType },
    timeline: job.timeline,
    timelineDropped: job.timelineDropped,
    profile: job.order?.profile,
    degraded: degradedOf(job),
    outputsRemovedAt: job.published ? undefined : job.outputsRemovedAt,
    outputsReplacedBy: job.outputsRemovedAt ? undefined : replacedBy,
    execution: { arn, redriveCount, consoleUrl: consoleUrl(arn) },
    maxAttempts: deps.config.MAX_PROCESSING_RETRIES + 1 + (job.published?.attempt ?? 0),
    ...shown.content,
    job: {
      jobId: job.jobId,
      status: job.status,
      result: shown.outputs && {
        thumbnails: shown.outputs.filter(({ role }) => role === 'thumbnail').map(({ output }) => output),
      },
    },
  };
}

interface Shown {
  content: object;
  /** With links, and by role. */
  outputs?: { output: object; role: string | undefined }[];
}

async function published(deps: ApiDeps, job: Job, known: Replacement): Promise<Shown> {
  const { objects, presigned, config, now } = deps;
  const bucket = config.OUTPUT_BUCKET;
  const found = await publishedOutputs(deps, job, known);
  if (!found) return { content: {} };
  const { manifestKey, manifestVersionId, prefix, outputs } = found;
  const metadataVersion = outputs.find(({ key }) => key === `${prefix}metadata.json`)?.versionId;
  const from = linksFrom(now());
  const [metadata, link, playbackLink] = await Promise.all([
    objects.readOutput(bucket, `${prefix}metadata.json`, metadataVersion),
    // Valid for at least one whole period after the response.
    presigned.downloads(bucket, { from, seconds: 2 * LINK_PERIOD }),
    presigned.downloads(bucket, { from, seconds: LINK_PERIOD + PLAYBACK_SECONDS }),
  ]);
  const linkTo = ({ key, versionId, contentType }: PublishedOutput) =>
    /^(?:audio|video)\//.test(contentType) ? playbackLink(key, versionId) : link(key, versionId);
  const hasStream = outputs.some(({ key }) => key === prefix + MASTER);
  const linked = await Promise.all(
    outputs.map(async (output) => {
      const role = describeOutput(output.key.slice(prefix.length))?.role;
      // Segments of a stream are fetched by way of their playlist, and there may be thousands.
      return { role, output: role === 'segment' ? output : { ...output, url: await linkTo(output) } };
    }),
  );
  const content = {
    metadata: metadata && JSON.parse(metadata.toString('utf8')),
    manifest: {
      key: manifestKey,
      versionId: manifestVersionId,
      url: await link(manifestKey, manifestVersionId),
    },
    outputs: linked.map(({ output }) => output),
    playlistUrl: hasStream ? `/api/media/jobs/${job.jobId}/${MASTER}` : undefined,
  };
  return { content, outputs: linked };
}

function degradedOf({ degraded }: Job): string[] {
  return degraded ? z.array(z.string()).parse(JSON.parse(degraded)) : [];
}

function consoleUrl(arn: string): string {
  const region = arn.split(':')[3];
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${encodeURIComponent(arn)}`;
}
