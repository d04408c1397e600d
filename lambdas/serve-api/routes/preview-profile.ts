import { randomUUID } from 'node:crypto';
import { ERRORS, MediaError } from '../../../base/errors.ts';
import {
  PREVIEW_REQUEST,
  PREVIEW_RESULT,
  PROFILE_PREVIEW,
  type PreviewOrder,
  type PreviewResult,
} from '../../../contract/profiles/profile-preview-api.ts';
import { FunctionFailure } from '../../../core/aws/function-calls.ts';
import type { Job } from '../../../core/jobs/job.ts';
import { freezeWatermarks } from '../../../core/watermarks/freeze-watermarks.ts';
import { namedWatermarks } from '../../../media/profile/named-watermarks.ts';
import type { ApiDeps } from '../api-deps.ts';
import { Problem, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { visibleJob } from '../jobs/visible-job.ts';
import { refuseExcess } from '../profiles/refuse-excess.ts';

/** API Gateway gives up after 30 s, this function after 29; a preview ends itself after 26. */
const PATIENCE_SECONDS = 25;
/** Seconds for which the links are valid. The files expire after a day. */
const LINK_SECONDS = 3600;

export const previewProfile = route({
  method: 'post',
  path: '/api/media/profiles/preview',
  operationId: 'previewProfile',
  summary: 'See what a profile, stored or not, would make of one image',
  description: `Takes the upload of a job, in the version of the job. Stores no profile and changes no job. Answers within ${PATIENCE_SECONDS} seconds: 504 if the outputs take longer.`,
  access: 'operator',
  body: PREVIEW_REQUEST,
  maxBody: 192 * 1024,
  responses: { 200: { description: 'The outputs, with links', schema: PROFILE_PREVIEW } },
  problems: [404, 422, 504],
  async handle(deps, { identity, body: { jobId, document } }) {
    refuseExcess(document, deps.config);
    const job = await visibleJob(deps, identity, jobId);
    const prefix = `previews/${randomUUID()}/`;
    const { tenantId = '' } = job;
    const names = namedWatermarks(document, 'IMAGE');
    const watermarks = await freezeWatermarks(deps.watermarkRows, tenantId, names).catch(noWatermark);
    const order = { ...orderOf(job, document.image.outputs, prefix), tenantId, watermarks };
    const { outputs, degraded } = await rendered(deps, order);
    const links = { from: deps.now(), seconds: LINK_SECONDS };
    const link = await deps.presigned.downloads(deps.config.OUTPUT_BUCKET, links);
    const linked = outputs.map(async (output) => ({ ...output, url: await link(prefix + output.name) }));
    return {
      status: 200,
      body: { outputs: await Promise.all(linked), degraded, upload: { size: job.size } },
    };
  },
});

function noWatermark(error: unknown): never {
  const isMissing = error instanceof MediaError && error.name === 'WatermarkNotFound';
  throw isMissing ? unprocessable('watermark-not-found', 'Watermark not found', error.message) : error;
}

function orderOf(
  job: Job,
  outputs: PreviewOrder['outputs'],
  prefix: string,
): Omit<PreviewOrder, 'tenantId' | 'watermarks'> {
  const { kind, status, contentType, bucket, key, versionId, etag, order } = job;
  if (kind !== 'IMAGE' || status !== 'COMPLETED' || !contentType)
    throw unprocessable(
      'no-image',
      'No image to preview',
      `Expected a completed job of an image, got one that is ${status}${kind ? ` of kind ${kind}` : ''}.`,
    );
  const source = { bucket, key, etag, ...(versionId && { versionId }) };
  return { prefix, outputs, contentType, focalPoint: order?.focalPoint, source };
}

async function rendered({ functions, config }: ApiDeps, order: PreviewOrder): Promise<PreviewResult> {
  const call = functions.call(config.PREVIEW_FUNCTION, order, PATIENCE_SECONDS * 1000);
  const answer = await call.catch((error) => {
    throw error instanceof FunctionFailure ? problemOf(error) : error;
  });
  if (answer) return PREVIEW_RESULT.parse(answer.returned);
  throw tooSlow();
}

/** What the upload or the profile is to blame for is told; anything else is in the log. */
function problemOf(failure: FunctionFailure): Error {
  const { type, message } = failure;
  if (type === 'SourceDeleted' || type === 'Superseded')
    return unprocessable('upload-gone', 'Upload gone', message);
  if (type === 'Sandbox.Timedout') return tooSlow();
  const isBlamed =
    Object.hasOwn(ERRORS, type) && ERRORS[type as keyof typeof ERRORS].category === 'processing';
  // Out of memory, the process is killed: https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
  if (isBlamed || type === 'OutOfMemory' || type.startsWith('Runtime.'))
    return unprocessable('preview-failed', 'Preview failed', message);
  return failure;
}

const tooSlow = () =>
  new Problem(
    504,
    'preview-too-slow',
    'Preview too slow',
    `The outputs take longer than the ${PATIENCE_SECONDS} seconds of a preview; jobs have more time. Try a smaller image, fewer outputs or less effort.`,
  );
