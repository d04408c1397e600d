import { copyFile, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MediaError } from '../../../../base/errors.ts';
import type { WorkOrder } from '../../../../contract/work-order.ts';
import { transcodeAudioJob } from '../../../../tasks/transcode-audio/transcode-audio.ts';
import { memoryStores } from '../../../support/memory-stores.ts';
import { soundStudio } from '../../../support/sound.ts';
import { AUDIO, CONFIG } from './transcode.ts';

let studio: Awaited<ReturnType<typeof soundStudio>>;
beforeAll(async () => {
  studio = await soundStudio();
});
afterAll(() => studio.remove());

const order: WorkOrder = {
  ...{ jobId: 'job_1', executionArn: 'execution', tenantId: 'acme', userId: 'ana' },
  ...{ bucket: 'uploads', key: 'tenants/acme/users/ana/media/song.wav', versionId: 'v1', etag: 'e1' },
  ...{ size: 1, kind: 'AUDIO', contentType: 'audio/wav', stem: 'song', convert: false },
  timeoutSeconds: 3600,
};

/** The job on stores in memory. `source`: what S3 would give. */
async function setup(source: string) {
  const calls = { downloads: 0 };
  const { stores, objects, row } = memoryStores({
    download: async (file) => {
      calls.downloads++;
      await copyFile(source, file);
    },
  });
  const directory = await mkdtemp(studio.path('job-'));
  const stop = new AbortController();
  const run = () =>
    transcodeAudioJob(
      { stores, config: CONFIG, signal: stop.signal, onProgress: () => {}, directory },
      order,
    );
  return { run, objects, calls, row, stop, left: () => readdir(directory) };
}

const prefix = 'tenants/acme/users/ana/media/processed/song_';

describe('an audio job', () => {
  test('publishes its outputs beside each other, the manifest over all of them, and leaves nothing on disk', async () => {
    const job = await setup(await studio.make('song.wav', 'sine=d=1'));
    const result = await job.run();
    const names = [...AUDIO, 'waveform.json', 'waveform.png', 'metadata.json'];
    expect([...job.objects.keys()].sort()).toEqual(
      [...names, 'manifest.json'].map((name) => prefix + name).sort(),
    );
    expect(result).toEqual({
      manifestKey: `${prefix}manifest.json`,
      manifestVersionId: 'v1',
      outputCount: 6,
      kind: 'AUDIO',
      degraded: [],
    });
    const manifest = JSON.parse(String(job.objects.get(result.manifestKey)));
    expect(manifest.tools).toEqual({
      ffmpeg: expect.stringMatching(/^\d/),
      sharp: expect.stringMatching(/^\d/),
      libvips: expect.stringMatching(/^\d/),
    });
    expect(manifest.outputs.find(({ key }: { key: string }) => key.endsWith('audio.mp3'))).toMatchObject({
      ...{ contentType: 'audio/mpeg', codec: 'mp3', channels: 1, sampleRate: 44_100, bitrate: 96_000 },
      durationSeconds: expect.closeTo(1, 1),
    });
    expect([job.calls.downloads, await job.left()]).toEqual([1, []]);
  });

  test('gives the same manifest when it runs again', async () => {
    const [first, second] = [await setup(studio.path('song.wav')), await setup(studio.path('song.wav'))];
    const { manifestKey } = await first.run();
    await second.run();
    expect(String(second.objects.get(manifestKey))).toBe(String(first.objects.get(manifestKey)));
  });

  test('of a broken file publishes nothing and leaves nothing on disk', async () => {
    const whole = await readFile(studio.path('song.wav'));
    const job = await setup(await studio.save('cut.wav', whole.subarray(0, 20_000)));
    await expect(job.run()).rejects.toMatchObject({ name: 'CorruptMedia' });
    expect([job.objects.size, await job.left()]).toEqual([0, []]);
  });

  test.each([
    ['cancelled before it began', new MediaError('Superseded', 'Nobody waits.'), 'Superseded'],
    ['told to stop', undefined, 'Interrupted'],
  ])('%s publishes no manifest and leaves nothing on disk', async (_label, reason, name) => {
    const job = await setup(studio.path('song.wav'));
    job.stop.abort(reason);
    await expect(job.run()).rejects.toMatchObject({ name });
    expect([job.objects.size, await job.left()]).toEqual([0, []]);
  });

  test('whose row another execution took over is not published', async () => {
    const job = await setup(studio.path('song.wav'));
    job.row.executionArn = 'another';
    await expect(job.run()).rejects.toMatchObject({ name: 'Superseded' });
    expect([job.objects.size, await job.left()]).toEqual([0, []]);
  });
});
