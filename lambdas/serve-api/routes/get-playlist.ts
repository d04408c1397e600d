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
  headers: { 'If-None-Match': 'ETag of a previous response: 304 if nothing has changed.' },
  responses: {
    200: {
      description:
        'The playlist. Its links are valid for at least 6 h and stay the same for up to half an hour.',
      schema: z.string(),
      contentType: 'application/vnd.apple.mpegurl',
      headers: { ETag: 'Changes with the job and with the links.' },
    },
    304: { description: 'Not modified', headers: { ETag: 'The same ETag.' } },
  },
  problems: [404, 406],
} as const;

export const getPlaylist = route({
  ...common,
  path: '/api/media/jobs/{jobId}/hls/{playlist}',
  operationId: 'getPlaylist',
  summary: 'Get a playlist of the HLS stream, with links to its segments',
  description:
    'For players: `master.m3u8` has relative URIs for the rendition playlists, so players request them here too. Send the ' +
    "caller's token with playlist requests only: segments come from S3, which rejects an Authorization header on a presigned URL.",
  params: JOB_PARAMS.extend({ playlist: NAME }),
  handle: (deps, { identity, params, headers }) =>
    playlist(deps, identity, params.jobId, params.playlist, headers),
});

export const getRenditionPlaylist = route({
  ...common,
  path: '/api/media/jobs/{jobId}/hls/{rendition}/{playlist}',
  operationId: 'getRenditionPlaylist',
  summary: 'Get the playlist of one rendition, by its URI in the master playlist',
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
  // The requested name is looked up among the published files, never used to build a key.
  const output = stream.get(name);
  if (!output || !isPlaylist(output)) throw notFound(`requested playlist of job ${jobId}`);
  const answerHeaders = { etag, 'cache-control': 'private, no-cache' };
  if (isKnown(etag, headers)) return { status: 304, headers: answerHeaders };
  const bucket = deps.config.OUTPUT_BUCKET;
  const content = await deps.objects.readOutput(bucket, output.key, output.versionId);
  if (!content) throw notFound(`requested playlist of job ${jobId}`);
  const seconds = LINK_PERIOD + PLAYBACK_SECONDS;
  const link = await deps.presigned.downloads(bucket, { from: linksFrom(now), seconds });
  const body = await withLinks({ name, text: content.toString('utf8') }, stream, link);
  return { status: 200, body, headers: answerHeaders };
}
