import * as z from 'zod';
import { JOB_PARAMS } from '../../../contract/job-api.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { notFound } from '../http/problem.ts';
import { type Answer, route } from '../http/route.ts';
import { etagOf, isKnown, LINK_PERIOD, linksFrom, PLAYBACK_SECONDS } from '../jobs/link-period.ts';
import { isPlaylist, streamOf, withLinks } from '../jobs/playlist.ts';
import { type PublishedOutput, publishedOutputs } from '../jobs/published-outputs.ts';
import { visibleJob } from '../jobs/visible-job.ts';

const NAME = z.string().min(1);

const common = {
  method: 'get',
  access: 'caller',
  headers: { 'If-None-Match': 'The ETag that the caller has: 304 while nothing has changed.' },
  responses: {
    200: {
      description: 'The playlist. Its links work for 6 h and are the same for half an hour.',
      schema: z.string(),
      contentType: 'application/vnd.apple.mpegurl',
      headers: { ETag: 'Changes with the job and with the links.' },
    },
    304: { description: 'The caller has it already', headers: { ETag: 'The same.' } },
  },
  problems: [404, 406],
} as const;

export const getPlaylist = route({
  ...common,
  path: '/api/media/jobs/{jobId}/hls/{playlist}',
  operationId: 'getPlaylist',
  summary: 'A playlist of the HLS stream, with links to its segments',
  description:
    'For players: `master.m3u8` names the playlists of the renditions relative to itself, so they are asked for here too. Send the ' +
    "caller's token with playlists only: segments come from S3, which refuses a request with a token beside its link.",
  params: JOB_PARAMS.extend({ playlist: NAME }),
  handle: (deps, { identity, params, headers }) =>
    playlist(deps, identity, params.jobId, params.playlist, headers),
});

export const getRenditionPlaylist = route({
  ...common,
  path: '/api/media/jobs/{jobId}/hls/{rendition}/{playlist}',
  operationId: 'getRenditionPlaylist',
  summary: 'The playlist of one rendition, as the master playlist names it',
  params: JOB_PARAMS.extend({ rendition: NAME, playlist: NAME }),
  handle: (deps, { identity, params, headers }) =>
    playlist(deps, identity, params.jobId, `${params.rendition}/${params.playlist}`, headers),
});

async function playlist(
  deps: ApiDeps,
  identity: Identity,
  jobId: string,
  name: string,
  headers: Headers,
): Promise<Answer> {
  const job = await visibleJob(deps, identity, jobId);
  const now = deps.now();
  const etag = etagOf(job, now);
  const found = await publishedOutputs(deps, job);
  const stream: ReadonlyMap<string, PublishedOutput> = found ? streamOf(found) : new Map();
  // What was asked for is looked up among what was published, never made a part of a key.
  const output = stream.get(name);
  if (!output || !isPlaylist(output)) throw notFound(`playlist of that name of job ${jobId}`);
  const answerHeaders = { etag, 'cache-control': 'private, no-cache' };
  if (isKnown(etag, headers)) return { status: 304, headers: answerHeaders };
  const bucket = deps.config.OUTPUT_BUCKET;
  const content = await deps.objects.readOutput(bucket, output.key);
  if (!content) throw notFound(`playlist of that name of job ${jobId}`);
  const seconds = LINK_PERIOD + PLAYBACK_SECONDS;
  const link = await deps.presigned.downloads(bucket, { from: linksFrom(now), seconds });
  const body = await withLinks({ name, text: content.toString('utf8') }, stream, link);
  return { status: 200, body, headers: answerHeaders };
}
