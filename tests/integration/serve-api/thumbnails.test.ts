import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { Job } from '../../../core/jobs/job.ts';
import { callerOf, type JobApi, startApi } from '../../support/job-api.ts';
import { oneOfEachKind } from '../../support/one-of-each-kind.ts';
import { uploadKey } from '../../support/pipeline.ts';
import { PIXEL } from '../../support/stand-in-worker.ts';

let api: JobApi;
/** Ended jobs by file: pictures, a recording, a PDF, a text and a video. */
const ended: Record<string, Job> = {};

beforeAll(async () => {
  api = await startApi();
  const samples = await oneOfEachKind(7);
  // Without LibreOffice there is no letter; its outputs are those of a PDF.
  const files = samples.filter(({ file }) => file !== 'letter.docx');
  await Promise.all(
    files.map(async ({ file, content }) => {
      await api.upload(uploadKey(file), content);
      ended[file] = await api.ended(uploadKey(file));
    }),
  );
});
afterAll(() => api?.stop());

const pathOf = (file: string) => `/api/media/jobs/${ended[file]?.jobId}/thumbnail`;
const get = (file: string, as?: string) => api.call('GET', pathOf(file), { ...(as && { as }) });
const none = { status: 404, body: { type: 'urn:media-pipeline:problem:no-thumbnail' } };

async function published(file: string, content: Buffer = PIXEL): Promise<Job> {
  const before = ended[file]?.jobId;
  await api.upload(uploadKey(file), content);
  const job = await api.until(`a new job of ${file}`, async () => {
    const found = await api.ended(uploadKey(file));
    return found.jobId !== before && found;
  });
  ended[file] = job;
  return job;
}

describe('the thumbnail of a job', () => {
  test.each([
    ['a picture', 'picture.png', 'thumb_small.jpg', 'image/jpeg'],
    ['a photo', 'photo.jpg', 'thumb_small.jpg', 'image/jpeg'],
    ['a video', 'clip.mp4', 'thumb_small.jpg', 'image/jpeg'],
    ['a document', 'paper.pdf', 'thumb_small.jpg', 'image/jpeg'],
    ['a text', 'notes.txt', 'thumb_small.jpg', 'image/jpeg'],
    ['a recording', 'tone.wav', 'waveform.png', 'image/png'],
  ])('of %s is a link to its smallest picture', async (_what, file, name, contentType) => {
    const { status, body } = await get(file);
    expect([status, body.contentType]).toEqual([200, contentType]);
    expect(decodeURIComponent(new URL(body.url).pathname)).toMatch(new RegExp(`_${name}$`));
    const answer = await fetch(body.url);
    expect(answer.headers.get('content-type')).toBe(contentType);
    const { width, height } = await sharp(Buffer.from(await answer.arrayBuffer())).metadata();
    expect([body.width, body.height]).toEqual([width, height]);
  });

  test('is missing where no output is a picture', async () => {
    const prefix = ended['clip.mp4']?.manifestKey?.replace('manifest.json', '');
    const texts = [{ key: `${prefix}text.txt`, contentType: 'text/plain', size: 1, sha256: '' }];
    const manifest = JSON.stringify({ source: { etag: ended['clip.mp4']?.etag }, outputs: texts });
    const objects = Object.create(api.deps.objects, {
      readOutput: { value: async () => Buffer.from(manifest) },
    });
    expect(await callerOf({ ...api.deps, objects }).call('GET', pathOf('clip.mp4'))).toMatchObject(none);
  });

  test('is as if the job did not exist for another tenant and for nobody', async () => {
    const missing = 'job_aaaaaaaaaaaaaaaaaaaaaaaaaa';
    const theirs = await get('photo.jpg', 'globex/bob');
    const nothing = await api.call('GET', `/api/media/jobs/${missing}/thumbnail`, { as: 'globex/bob' });
    expect([theirs.status, nothing.status]).toEqual([404, 404]);
    const said = JSON.stringify(theirs.body).replaceAll(`${ended['photo.jpg']?.jobId}`, missing);
    expect(said).toBe(JSON.stringify(nothing.body));
    expect((await api.call('GET', pathOf('photo.jpg'), { as: null })).status).toBe(401);
    expect((await get('photo.jpg', 'operator')).status).toBe(200);
  });

  test('stays fresh for as long as its link is the same, in the cache of one caller', async () => {
    const at = (minutes: number, headers = {}) =>
      callerOf({ ...api.deps, now: () => new Date(Date.UTC(2026, 0, 31, 12, minutes)) }).call(
        'GET',
        pathOf('photo.jpg'),
        { headers },
      );
    const [first, later, next] = [await at(0), await at(29), await at(30)];
    expect(first.headers.get('cache-control')).toBe('private, max-age=1800');
    expect(later.headers.get('cache-control')).toBe('private, max-age=60');
    expect(later.body).toEqual(first.body);
    expect(next.body.url).not.toBe(first.body.url);
    expect(first.headers.get('vary')?.split(/, */)).toEqual([
      'authorization',
      'x-development-identity',
      'accept-encoding',
    ]);
    const known = { 'if-none-match': first.headers.get('etag') ?? '' };
    expect(await at(29, known)).toMatchObject({ status: 304, body: undefined });
    expect((await at(30, known)).status).toBe(200);
  });

  test('says when its link ends', async () => {
    const { body } = await get('photo.jpg');
    const { searchParams } = new URL(body.url);
    const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(searchParams.get('X-Amz-Date') ?? '') ?? [];
    const signed = `${day} ${time}`.replace(
      /(....)(..)(..) (..)(..)(..)/,
      (_all, year, month, date, hour, minute, second) =>
        `${year}-${month}-${date}T${hour}:${minute}:${second}Z`,
    );
    const end = Date.parse(signed) + Number(searchParams.get('X-Amz-Expires')) * 1000;
    expect(body.expiresAt).toBe(new Date(end).toISOString());
    // A response that was fresh until now still has a link for a whole period.
    expect(end - Date.now()).toBeGreaterThan(1800_000);
  });

  test('costs one read of the manifest, and none where nothing was published', async () => {
    const reads: string[] = [];
    const objects = Object.create(api.deps.objects, {
      readOutput: {
        value: (bucket: string, key: string, versionId?: string) => {
          reads.push(key);
          return api.deps.objects.readOutput(bucket, key, versionId);
        },
      },
    });
    const counted = callerOf({ ...api.deps, objects });
    expect((await counted.call('GET', pathOf('clip.mp4'))).status).toBe(200);
    expect(reads).toEqual([ended['clip.mp4']?.manifestKey]);
    const jobs = Object.create(api.deps.jobs, {
      get: { value: async () => ({ ...ended['clip.mp4'], status: 'PROCESSING' }) },
    });
    expect(await callerOf({ ...api.deps, objects, jobs }).call('GET', pathOf('clip.mp4'))).toMatchObject(
      none,
    );
    expect(reads).toHaveLength(1);
  });

  test('goes to the newer upload of the key once that completes', async () => {
    const first = await published('avatar.png');
    const path = `/api/media/jobs/${first.jobId}/thumbnail`;
    const before = await api.call('GET', path);
    expect(before.status).toBe(200);
    const [{ content = PIXEL } = {}] = await oneOfEachKind(1, 1);
    const second = await published('avatar.png', content);
    const headers = { 'if-none-match': before.headers.get('etag') ?? '' };
    expect(await api.call('GET', path, { headers })).toMatchObject(none);
    expect(second.status).toBe('COMPLETED');
    expect((await get('avatar.png')).status).toBe(200);
  });

  test('is gone with the outputs', async () => {
    const job = await published('gone.png');
    expect((await get('gone.png')).status).toBe(200);
    await api.remove(job.key);
    await api.until('the removal', async () => (await api.deps.jobs.get(job.jobId))?.outputsRemovedAt);
    expect(await get('gone.png')).toMatchObject(none);
  });
});
