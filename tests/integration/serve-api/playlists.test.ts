import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Job } from '../../../core/jobs/job.ts';
import { serveApi } from '../../../local/api.ts';
import type { Listening } from '../../../local/http/listen.ts';
import { productEnvironment } from '../../../local/resources.ts';
import { callerOf, type JobApi, startApi } from '../../support/job-api.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { streamWorker } from '../../support/small-stream.ts';
import { PIXEL } from '../../support/stand-in-worker.ts';

const run = promisify(execFile);
const M3U8 = 'application/vnd.apple.mpegurl';
let api: JobApi;
let server: Listening;
let job: Job;
let path: string;
const work = streamWorker(() => ({ ...api.deps, outputBucket: api.deps.config.OUTPUT_BUCKET }));

beforeAll(async () => {
  api = await startApi({ work });
  server = await serveApi(productEnvironment(api.cloud.urls.storage));
  job = await published('tour.png');
  path = `/api/media/jobs/${job.jobId}/hls`;
});
afterAll(async () => {
  await server?.close();
  await api?.stop();
});

async function published(file: string): Promise<Job> {
  await api.upload(uploadKey(file), PIXEL);
  return api.ended(uploadKey(file));
}

const get = (name: string, headers: Record<string, string> = {}, as = 'acme/ann') =>
  api.call('GET', `${path}/${name}`, { headers, as });

describe('the playlists of a job', () => {
  test('lead a player that shows its token to them only, to every second of the video', async () => {
    const { body: view } = await api.call('GET', `/api/media/jobs/${job.jobId}`);
    expect(view.playlistUrl).toBe(`${path}/master.m3u8`);
    const options = [
      '-v',
      'error',
      '-allowed_extensions',
      'ALL',
      '-headers',
      'x-development-identity: acme/ann\r\n',
    ];
    const shown = ['-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0'];
    const { stdout } = await run('ffprobe', [...options, ...shown, server.url + view.playlistUrl]);
    expect(stdout.trim().split('\n')[0]).toBe('100');
  });

  test('name each other relative to themselves, and segments by links that work', async () => {
    const master = await get('master.m3u8');
    expect([master.status, master.headers.get('content-type')]).toEqual([200, M3U8]);
    expect(master.body).toMatch(/^480p\/index\.m3u8$/m);
    expect(master.body).not.toContain('http');
    const { body } = await get('480p/index.m3u8');
    const links = [...body.matchAll(/^https?:.*$|(?<=URI=")[^"]*/gm)].map(([link]) => link as string);
    expect(links).toHaveLength(3);
    for (const link of links) {
      const { pathname, searchParams } = new URL(link);
      expect(decodeURIComponent(pathname)).toContain('/tour_hls/480p/');
      expect(Number(searchParams.get('X-Amz-Expires'))).toBe(6.5 * 3600);
      const answer = await fetch(link);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'video/mp4']);
    }
  });

  test('stay the same for half an hour, and then get links that live on', async () => {
    const at = (minutes: number) =>
      callerOf({ ...api.deps, now: () => new Date(Date.UTC(2026, 0, 31, 12, minutes)) });
    const name = `${path}/480p/index.m3u8`;
    const [first, second, third] = await Promise.all(
      [0, 29, 30].map((minutes) => at(minutes).call('GET', name)),
    );
    expect(second?.body).toBe(first?.body);
    expect(third?.body).not.toBe(first?.body);
    const etag = first?.headers.get('etag') ?? '';
    const known = { headers: { 'if-none-match': `"x", ${etag}` } };
    expect(await at(29).call('GET', name, known)).toMatchObject({ status: 304, body: undefined });
    expect((await at(30).call('GET', name, known)).status).toBe(200);
  });

  test.each([
    ['a segment', '480p/00000.m4s'],
    ['the initialisation segment', '480p/init.mp4'],
    ['a rendition that was not made', '1080p/index.m3u8'],
    ['another output', '..%2Ftour_metadata.json'],
    ['the manifest', '%2E%2E%2Ftour_manifest.json'],
    ['the same playlist by another name', '480p%2F..%2Fmaster.m3u8'],
    ['a playlist in one piece', '480p%2Findex.m3u8%00'],
    [
      "somebody else's",
      '..%2F..%2F..%2F..%2F..%2F..%2Fglobex%2Fusers%2Fbob%2Fmedia%2Fprocessed%2Fx_hls/master.m3u8',
    ],
    ['a key', encodeURIComponent('/tenants/acme/users/ann/media/processed/tour_hls/master.m3u8')],
    ['an inherited name', '__proto__'],
    ['text that is none', '%ff%fe'],
    ['a very long name', 'a'.repeat(5000)],
  ])('are nothing else: %s is not found', async (_what, name) => {
    expect(await get(name)).toMatchObject({
      status: 404,
      body: { type: 'urn:media-pipeline:problem:not-found' },
    });
  });

  test.each(['master.m3u8', '480p/index.m3u8'])(
    'are as if they were not there for other tenants, and for what has no job: %s',
    async (name) => {
      const theirs = await get(name, {}, 'globex/bob');
      const missing = 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa';
      const none = await api.call('GET', `/api/media/jobs/${missing}/hls/${name}`, { as: 'globex/bob' });
      expect([theirs.status, none.status]).toEqual([404, 404]);
      expect(JSON.stringify(theirs.body).replaceAll(job.jobId, missing)).toBe(JSON.stringify(none.body));
      expect((await api.call('GET', `${path}/${name}`, { as: null })).status).toBe(401);
      expect((await get(name, {}, 'operator')).status).toBe(200);
    },
  );

  test('are gone with the outputs, and not there before the job has completed', async () => {
    const gone = await published('gone.png');
    const name = `/api/media/jobs/${gone.jobId}/hls/master.m3u8`;
    expect((await api.call('GET', name)).status).toBe(200);
    const jobs = Object.create(api.deps.jobs, {
      get: { value: async () => ({ ...gone, status: 'PROCESSING' }) },
    });
    expect((await callerOf({ ...api.deps, jobs }).call('GET', name)).status).toBe(404);
    await api.remove(gone.key);
    await api.until('the removal', async () => (await api.deps.jobs.get(gone.jobId))?.outputsRemovedAt);
    expect((await api.call('GET', name)).status).toBe(404);
    expect((await api.call('GET', `/api/media/jobs/${gone.jobId}`)).body.playlistUrl).toBeUndefined();
  });

  test('of four hours fit into an answer of Lambda, compressed', async () => {
    const { deps } = longVideo(2_400);
    const { app } = callerOf(deps);
    const headers = { 'x-development-identity': 'acme/ann' };
    const name = `${path}/1080p/index.m3u8`;
    const started = process.cpuUsage();
    const answer = await app.request(name, {
      headers: { ...headers, 'accept-encoding': 'gzip, deflate, br' },
    });
    const { user, system } = process.cpuUsage(started);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect([answer.status, answer.headers.get('content-encoding')]).toEqual([200, 'gzip']);
    const playlist = gunzipSync(bytes).toString();
    expect(playlist.match(/^https?:.*\.m4s\?/gm)).toHaveLength(2_400);
    expect(bytes.length).toBeLessThan(1_000_000);
    process.stdout.write(
      `a playlist of 2400 segments: ${playlist.length} bytes, ${bytes.length} compressed, ${Math.round((user + system) / 1000)} ms of CPU\n`,
    );
    const refused = await callerOf(longVideo(4_000, 'x'.repeat(900)).deps).call('GET', name);
    expect(refused.status).toBe(406);
    expect(refused.body.detail).toContain('Accept-Encoding: gzip');
  });
});

/** The API over a stream that nobody made: its manifest and playlist stand in the place of the objects. */
function longVideo(segments: number, stem = 'talk') {
  const prefix = `tenants/acme/users/ann/media/processed/${stem}_`;
  const files = Array.from({ length: segments }, (_, i) => `${`${i}`.padStart(5, '0')}.m4s`);
  const output = (name: string, contentType: string) => ({
    key: `${prefix}hls/1080p/${name}`,
    contentType,
    size: 4_000_000,
    sha256: '0'.repeat(64),
  });
  const objects: Record<string, string> = {
    [`${prefix}manifest.json`]: JSON.stringify({
      source: { etag: job.etag },
      outputs: [output('index.m3u8', M3U8), ...files.map((file) => output(file, 'video/mp4'))],
    }),
    [`${prefix}hls/1080p/index.m3u8`]: files.map((file) => `#EXTINF:6.000000,\n${file}\n`).join(''),
  };
  const deps = {
    ...api.deps,
    jobs: Object.create(api.deps.jobs, {
      get: { value: async () => ({ ...job, manifestKey: `${prefix}manifest.json` }) },
    }),
    objects: Object.create(api.deps.objects, {
      readOutput: {
        value: async (_bucket: string, key: string) => objects[key] && Buffer.from(objects[key]),
      },
    }),
  };
  return { deps };
}
