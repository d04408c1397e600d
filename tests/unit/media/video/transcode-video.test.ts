import { execFileSync } from 'node:child_process';
import { copyFile, mkdtemp, readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MediaError } from '../../../../base/errors.ts';
import type { WorkOrder } from '../../../../contract/work-order.ts';
import type { JobProgress } from '../../../../media/progress.ts';
import { transcodeVideoJob } from '../../../../tasks/transcode-video/transcode-video.ts';
import { type ClipStudio, clipStudio, H264, PICTURE, SOUND } from '../../../support/clips.ts';
import { memoryStores } from '../../../support/memory-stores.ts';
import { CONFIG } from './transcode.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
  await studio.make('short.mp4', [PICTURE, SOUND], ...H264, '-c:a', 'aac');
  await studio.make(
    'steady.mp4',
    ['testsrc2=s=854x480:r=30:d=13', 'sine=d=13'],
    '-c:v',
    'mpeg4',
    '-q:v',
    '4',
    '-c:a',
    'aac',
  );
  await studio.save('loop.txt', `ffconcat version 1.0\n${"file 'steady.mp4'\n".repeat(8)}`);
  await studio.make('long.mp4', ['loop.txt'], '-c', 'copy');
});
afterAll(() => studio.remove());

const order: WorkOrder = {
  ...{ jobId: 'job_1', executionArn: 'execution', tenantId: 'acme', userId: 'ana' },
  ...{ bucket: 'uploads', key: 'tenants/acme/users/ana/media/clip.mp4', versionId: 'v1', etag: 'e1' },
  ...{ size: 1, kind: 'VIDEO', contentType: 'video/mp4', stem: 'clip', timeoutSeconds: 3600, convert: false },
};
const prefix = 'tenants/acme/users/ana/media/processed/clip_';

/** The job on stores in memory. `source`: what S3 would give. */
async function setup(source: string) {
  const calls: string[] = [];
  const hooks: { onPut?: (key: string) => void; onProgress?: (progress: JobProgress) => void } = {};
  const { stores, objects, row } = memoryStores({
    download: async (file) => {
      calls.push('download');
      await copyFile(source, file);
    },
    onPut: (key) => {
      hooks.onPut?.(key);
      calls.push(key.slice(prefix.length));
    },
  });
  const directory = await mkdtemp(studio.path('job-'));
  const stop = new AbortController();
  const onProgress = (progress: JobProgress) => hooks.onProgress?.(progress);
  const run = () =>
    transcodeVideoJob({ stores, config: CONFIG, signal: stop.signal, onProgress, directory }, order);
  return { run, objects, calls, row, stop, hooks, left: () => readdir(directory) };
}

/** Programs that still work below a directory. */
const working = (directory: string) =>
  execFileSync('bash', [
    '-c',
    'for p in /proc/[0-9]*; do l=$(readlink $p/cwd) && [[ $l == "$0"* ]] && tr "\\\\0" " " < $p/cmdline; done; true',
    directory,
  ]).toString();

describe('a video job', () => {
  test('reads the source once, publishes everything with the manifest last, and leaves nothing on disk', async () => {
    const job = await setup(studio.path('short.mp4'));
    const result = await job.run();
    const hls = ['hls/480p/00000.m4s', 'hls/480p/index.m3u8', 'hls/480p/init.mp4', 'hls/master.m3u8'];
    const files = [
      '480p.mp4',
      'poster.jpg',
      'storyboard.jpg',
      'storyboard.vtt',
      'thumb_large.jpg',
      'thumb_medium.jpg',
      'thumb_small.jpg',
    ];
    expect(job.calls.toSorted()).toEqual(
      ['download', ...files, ...hls, 'metadata.json', 'manifest.json'].toSorted(),
    );
    expect(job.calls.at(-1)).toBe('manifest.json');
    expect(result).toEqual({
      manifestKey: `${prefix}manifest.json`,
      manifestVersionId: 'v1',
      outputCount: 12,
      kind: 'VIDEO',
      degraded: [],
    });
    const manifest = JSON.parse(String(job.objects.get(result.manifestKey)));
    expect(manifest.outputs.map(({ key }: { key: string }) => key)).toContain(`${prefix}hls/480p/init.mp4`);
    expect(manifest.outputs.find(({ key }: { key: string }) => key.endsWith('480p.mp4'))).toMatchObject({
      ...{ contentType: 'video/mp4', width: 320, height: 180, durationSeconds: expect.closeTo(2, 1) },
    });
    expect(String(job.objects.get(`${prefix}storyboard.vtt`))).toContain('\nclip_storyboard.jpg#xywh=0,0,');
    expect(await job.left()).toEqual([]);
  });

  test('reports how far it is, and uploads pictures and segments, while the rest is still encoded', async () => {
    const job = await setup(studio.path('steady.mp4'));
    const seen: JobProgress[] = [];
    job.hooks.onProgress = (progress) => seen.push(progress);
    await job.run();
    expect(seen.filter(({ percent }) => percent > 6 && percent < 96).length).toBeGreaterThan(0);
    const at = (name: string) => job.calls.indexOf(name);
    expect(at('poster.jpg')).toBeLessThan(at('hls/480p/00000.m4s'));
    expect(at('hls/480p/00000.m4s')).toBeLessThan(at('480p.mp4'));
    expect(job.calls.filter((name) => name.endsWith('.m4s'))).toHaveLength(3);
    expect(await job.left()).toEqual([]);
  });

  test.each([
    ['told to stop', undefined, 'Interrupted'],
    ['superseded', new MediaError('Superseded', 'Nobody waits for this task any more.'), 'Superseded'],
  ])(
    'that is %s while it encodes ends ffmpeg, publishes no manifest and leaves nothing on disk',
    async (_label, reason, name) => {
      const job = await setup(studio.path('long.mp4'));
      let ran = '';
      job.hooks.onProgress = ({ phase, percent }) => {
        if (phase !== 'transcode' || percent < 10 || job.stop.signal.aborted) return;
        ran = working(studio.directory);
        job.stop.abort(reason);
      };
      await expect(job.run()).rejects.toMatchObject({ name });
      expect(ran).toContain('ffmpeg');
      expect(working(studio.directory)).toBe('');
      expect(job.calls.filter((call) => /mp4$|m3u8$|json$/.test(call))).toEqual([]);
      expect(await job.left()).toEqual([]);
    },
  );

  test('that cannot upload ends ffmpeg at once, with the reason', async () => {
    const job = await setup(studio.path('long.mp4'));
    job.hooks.onPut = (key) => {
      if (key.endsWith('00000.m4s')) throw new MediaError('AccessDenied', 'Could not write.');
    };
    await expect(job.run()).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(working(studio.directory)).toBe('');
    expect([job.calls.includes('manifest.json'), await job.left()]).toEqual([false, []]);
  });

  test('whose row another execution took over publishes nothing', async () => {
    const job = await setup(studio.path('short.mp4'));
    job.row.executionArn = 'another';
    await expect(job.run()).rejects.toMatchObject({ name: 'Superseded' });
    expect([job.calls, await job.left()]).toEqual([[], []]);
  });
});
