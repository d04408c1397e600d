import { createHash } from 'node:crypto';
import { mkdtemp, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MAX_CHUNKS } from '../../../../../base/chunk-limits.ts';
import { DEFAULT_PROFILE } from '../../../../../media/profile/default-profile.ts';
import { encodeChunk } from '../../../../../media/video/chunks/encode-chunk.ts';
import { joinVideo } from '../../../../../media/video/chunks/join-video.ts';
import { planChunks } from '../../../../../media/video/chunks/plan-chunks.ts';
import { type ClipStudio, clipStudio, damaged, H264 } from '../../../../support/clips.ts';
import { directoryFiles, type Film, transcodeInChunks } from '../../../../support/films/film.ts';
import { CONFIG } from '../transcode.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

const FILM = ['testsrc2=s=320x180:r=25:d=19', 'sine=d=19'];
const ONE_THREAD = { MEDIA_PROCESSOR_CONCURRENCY: 1 };

describe('a film in chunks', () => {
  test('is read in parts, and gives the same bytes each time', async () => {
    const source = await studio.make(
      'long.mp4',
      ['testsrc2=s=320x180:r=25:d=60', 'sine=d=60'],
      ...H264,
      '-g',
      '50',
    );
    const { size } = await stat(source);
    const options = { CHUNK_SECONDS: 12, config: ONE_THREAD };
    const [film, again] = [
      await transcodeInChunks(studio.directory, source, options),
      await transcodeInChunks(studio.directory, source, options),
    ];
    expect(film.plan.chunks).toHaveLength(5);
    // Of 12 s of 60, with key frames 2 s apart, and what ffmpeg reads at the beginning.
    for (const { ranges } of film.plan.chunks) expect(ranges.length).toBeLessThan(5);
    expect(Math.max(...film.bytesRead.slice(1, -1))).toBeLessThan(6 * 1024 * 1024 + size * 0.4);
    expect(await hashes(again)).toEqual(await hashes(film));
  });

  test('has longer ones rather than more than an execution can have, one of which is the sound', async () => {
    const source = await studio.make('some.mp4', FILM, ...H264, '-g', '50');
    const { plan } = (await transcodeInChunks(studio.directory, source)).plan;
    const positions = { always: [], video: [{ start: 0, end: 9, firstSeconds: 0, lastSeconds: 1e9 }] };
    const settings = { CHUNK_ABOVE_SECONDS: 1, CHUNK_SECONDS: 6 };
    const chunksOf = (seconds: number) => {
      const videoScan = { ...plan.source.videoScan, endSeconds: seconds };
      return planChunks({ ...plan, source: { ...plan.source, videoScan } }, settings, positions);
    };
    expect(chunksOf(6 * (MAX_CHUNKS - 1))).toHaveLength(MAX_CHUNKS - 1);
    for (const [seconds, length] of [
      [6 * MAX_CHUNKS, 12],
      [100 * 3600, 366],
    ] as const) {
      const chunks = chunksOf(seconds);
      expect(chunks.length).toBeLessThan(MAX_CHUNKS);
      expect(chunks[1]?.fromFrame).toBe(length * 25);
    }
  });

  test('whose pictures are damaged is encoded as a whole, where the damage is judged', async () => {
    const whole = await studio.make('whole.mp4', FILM, ...H264, '-g', '50');
    const source = await studio.save('damaged.mp4', damaged(await readFile(whole), 40));
    await expect(transcodeInChunks(studio.directory, source)).rejects.toThrow(
      /(chunk \d|the sound) has frames that cannot be decoded/,
    );
  });

  test.each<[why: string, name: string, args: string[], profile?: typeof DEFAULT_PROFILE]>([
    ['got mpegts', 'a.ts', ['-g', '50']],
    ['it has no index of all its frames', 'live.mkv', ['-g', '50', '-live', '1', '-f', 'matroska']],
    [
      'it has no index of all its frames',
      'fragments.mp4',
      ['-g', '50', '-movflags', 'frag_keyframe+empty_moov'],
    ],
    ['it has few key frames', 'gap.mp4', ['-g', '400', '-keyint_min', '400', '-sc_threshold', '0']],
    ['packets are copied', 'small.mp4', ['-crf', '40', '-g', '50']],
    [
      'only a clip of it is encoded',
      'clip.mp4',
      ['-g', '50'],
      { ...DEFAULT_PROFILE, video: { ...DEFAULT_PROFILE.video, clip: { startSeconds: 1 } } },
    ],
  ])('is none if %s: %s', async (why, name, args, profile = DEFAULT_PROFILE) => {
    const source = await studio.make(name, FILM, ...H264, ...args);
    await expect(transcodeInChunks(studio.directory, source, { profile })).rejects.toThrow(why);
  });

  test('is none if its pictures are short, whatever goes on', async () => {
    const source = await studio.make('short.mp4', ['testsrc2=s=320x180:r=25:d=4', 'sine=d=19'], ...H264);
    await expect(transcodeInChunks(studio.directory, source)).rejects.toThrow('its pictures are too short');
  });
});

describe('a chunk', () => {
  const work = async () => ({
    ...{ config: CONFIG, profile: DEFAULT_PROFILE, stem: 'film' },
    directory: await mkdtemp(join(studio.directory, 'chunk-')),
    files: directoryFiles(await mkdtemp(join(studio.directory, 'between-'))),
    readSource: () => Promise.reject(new Error('read')),
    emit: () => Promise.reject(new Error('emitted')),
  });

  test('that was encoded before is not encoded again', async () => {
    const { files, ...rest } = await work();
    await files.write('chunk-0003/report.json', Buffer.from('{"isDamaged":false}'));
    expect(await encodeChunk({ ...rest, files }, 3)).toEqual({ isDamaged: false });
  });

  test('needs a plan that this version understands', async () => {
    const { files, ...rest } = await work();
    const error = { name: 'InvalidConfiguration', message: expect.stringMatching(/version 1 .*got none/) };
    await expect(encodeChunk({ ...rest, files }, 0)).rejects.toMatchObject(error);
    await files.write('plan.json', Buffer.from('{"version":2,"chunks":[]}'));
    const other = { name: 'InvalidConfiguration', message: expect.stringContaining('got version 2') };
    await expect(joinVideo({ ...rest, files })).rejects.toMatchObject(other);
  });

  test('has a number of the plan', async () => {
    const { files, ...rest } = await work();
    await files.write(
      'plan.json',
      Buffer.from('{"version":1,"plan":{"profile":{},"audio":"none","source":{}},"chunks":[]}'),
    );
    await expect(encodeChunk({ ...rest, files }, 7)).rejects.toMatchObject({
      name: 'InvalidConfiguration',
      message: 'Expected the number of one of 0 chunks, got 7.',
    });
  });

  test('that is missing is named by the join', async () => {
    const { files, ...rest } = await work();
    await files.write(
      'plan.json',
      Buffer.from('{"version":1,"plan":{"audio":"none"},"chunks":[{"number":0},{"number":1}]}'),
    );
    await files.write('chunk-0000/report.json', Buffer.from('{"isDamaged":false,"parameters":["a"]}'));
    await expect(joinVideo({ ...rest, files })).rejects.toThrow('Expected a report of chunk 1, got none.');
    await files.write('chunk-0001/report.json', Buffer.from('{"isDamaged":false,"parameters":["b"]}'));
    expect(await joinVideo({ ...rest, files })).toBe('chunk 1 was encoded with other parameters');
  });
});

async function hashes(film: Film): Promise<Record<string, string>> {
  const names = [...film.outputs.keys()].sort();
  const hash = async (name: string) =>
    createHash('sha256')
      .update(await readFile(film.file(name)))
      .digest('hex');
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await hash(name)] as const)));
}
