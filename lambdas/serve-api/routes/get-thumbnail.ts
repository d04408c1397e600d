import { JOB_PARAMS } from '../../../contract/job-api.ts';
import { THUMBNAIL } from '../../../contract/thumbnail-api.ts';
import { Problem } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { etagOf, isKnown, LINK_PERIOD, linksFrom } from '../jobs/link-period.ts';
import { publishedOutputs } from '../jobs/published-outputs.ts';
import { smallestPicture } from '../jobs/smallest-picture.ts';
import { visibleJob } from '../jobs/visible-job.ts';

/** Links are valid for at least one whole period after the response, as those of the job are. */
const LINK_SECONDS = 2 * LINK_PERIOD;

export const getThumbnail = route({
  method: 'get',
  path: '/api/media/jobs/{jobId}/thumbnail',
  operationId: 'getThumbnail',
  summary: 'Get a link to the smallest picture among the outputs of a job',
  description:
    'For lists. The problem `no-thumbnail` (404) says that the job has no picture: it has not completed, its outputs were removed or replaced by those of a newer upload, or none of them is a picture.',
  access: 'caller',
  params: JOB_PARAMS,
  headers: { 'If-None-Match': 'ETag of a previous response: 304 if nothing has changed.' },
  responses: {
    200: {
      description: 'The picture',
      schema: THUMBNAIL,
      headers: {
        ETag: 'Changes with the job and with the link.',
        'Cache-Control': 'The response is fresh for as long as the link stays the same.',
      },
    },
    304: { description: 'Not modified', headers: { ETag: 'The same ETag.' } },
  },
  problems: [404, 406],
  async handle(deps, { identity, params, headers }) {
    const job = await visibleJob(deps, identity, params.jobId);
    const now = deps.now();
    const published = await publishedOutputs(deps, job);
    const picture = published && smallestPicture(published);
    if (!picture) throw noThumbnail(job.jobId);
    const from = linksFrom(now);
    const fresh = Math.floor((from.getTime() - now.getTime()) / 1000) + LINK_PERIOD;
    const answerHeaders = {
      etag: etagOf(job, now),
      'cache-control': `private, max-age=${fresh}`,
      // A browser keeps a fresh response when its user becomes somebody else.
      vary: 'authorization, x-development-identity',
    };
    if (isKnown(answerHeaders.etag, headers)) return { status: 304, headers: answerHeaders };
    const { key, versionId, contentType, width, height } = picture;
    const link = await deps.presigned.downloads(deps.config.OUTPUT_BUCKET, { from, seconds: LINK_SECONDS });
    const expiresAt = new Date(from.getTime() + LINK_SECONDS * 1000).toISOString();
    const body = { url: await link(key, versionId), contentType, width, height, expiresAt };
    return { status: 200, body, headers: answerHeaders };
  },
});

const noThumbnail = (jobId: string) =>
  new Problem(404, 'no-thumbnail', 'No thumbnail', `The job ${jobId} has no picture among its outputs.`);
