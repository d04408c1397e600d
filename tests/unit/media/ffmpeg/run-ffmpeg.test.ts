import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { FfmpegProgress } from '../../../../media/ffmpeg/progress-reader.ts';
import { type FfmpegRun, ffmpegArguments, runFfmpeg } from '../../../../media/ffmpeg/run-ffmpeg.ts';
import { type ClipStudio, clipStudio, damaged, H264, PICTURE, SOUND } from '../../../support/clips.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
  await studio.make('clip.mp4', [PICTURE, SOUND], ...H264, '-c:a', 'aac', '-movflags', '+faststart');
});
afterAll(() => studio.remove());

const run = (changes: Partial<FfmpegRun> = {}) =>
  runFfmpeg({
    ...{ input: 'clip.mp4', cwd: studio.directory, maxPixels: 36_000_000, timeoutSeconds: 60 },
    outputs: [{ args: ['-c:v', 'libx264', '-preset', 'ultrafast'], target: 'made.mp4' }],
    ...changes,
  });
const FOR_EVER = { inputArgs: ['-stream_loop', '-1', '-re'] };

describe('a run of ffmpeg', () => {
  test('makes its outputs and tells how far it is', async () => {
    const seen: FfmpegProgress[] = [];
    expect(await run({ onProgress: (progress) => seen.push(progress) })).toMatchObject({
      damage: { frames: 0, truncated: false },
    });
    expect((await stat(studio.path('made.mp4'))).size).toBeGreaterThan(1000);
    expect(seen.at(-1)?.seconds).toBeCloseTo(2, 0);
  });

  test('hands standard output on, piece by piece, and fails with whoever takes it', async () => {
    let bytes = 0;
    const outputs = [{ args: ['-vn', '-f', 's16le', '-ac', '1', '-ar', '44100'], target: 'pipe:1' }];
    await run({
      outputs,
      onStdout: async (chunk) => {
        bytes += chunk.length;
      },
    });
    expect(bytes / 2 / 44_100).toBeCloseTo(2, 0);
    const onStdout = () => {
      throw new RangeError('too much');
    };
    await expect(run({ outputs, onStdout })).rejects.toThrow(RangeError);
  });

  test('has arguments as they were given, spaces and all, behind guards', () => {
    const args = ffmpegArguments({
      ...{ input: 'source', cwd: '/', maxPixels: 7, timeoutSeconds: 1, inputArgs: ['-ss', '3'] },
      args: ['-filter_complex', 'a b'],
      outputs: [{ args: ['-f', 'null'], target: '-' }],
    });
    const at = (option: string) => args.indexOf(option);
    for (const [option, value] of [
      ['-protocol_whitelist', 'file'],
      ['-max_pixels', '7'],
      ['-max_streams', '256'],
      ['-i', 'file:source'],
    ] as const)
      expect(args[at(option) + 1]).toBe(value);
    expect(
      [at('-codec_whitelist'), at('-format_whitelist'), at('-ss'), at('-nostdin')].every(
        (i) => i >= 0 && i < at('-i'),
      ),
    ).toBe(true);
    expect(args[at('-filter_complex') + 1]).toBe('a b');
  });

  test('sees nothing of this process’s environment', async () => {
    process.env.AWS_SECRET_ACCESS_KEY_FOR_TEST = 'secret';
    const stop = new AbortController();
    let environment = '';
    const onProgress = () => {
      // ffmpeg's last words may come after its end.
      if (stop.signal.aborted) return;
      const own = readdirSync('/proc').find(
        (pid) => /^\d+$/.test(pid) && workingDirectory(pid) === studio.directory,
      );
      environment = readFileSync(`/proc/${own}/environ`, 'utf8');
      stop.abort();
    };
    await expect(run({ ...FOR_EVER, signal: stop.signal, onProgress })).rejects.toMatchObject({
      name: 'Interrupted',
    });
    expect(environment.split('\0').map((entry) => entry.split('=')[0])).toEqual([
      'PATH',
      'LC_ALL',
      'AV_LOG_FORCE_NOCOLOR',
      '',
    ]);
  });

  test.each([
    ['that is too slow', { ...FOR_EVER, timeoutSeconds: 0.5 }, 'TimedOut'],
    ['that was stopped before it began', { signal: AbortSignal.abort() }, 'Interrupted'],
    ['of a file that is not there', { input: 'nothing.mp4' }, 'MissingResource'],
    [
      'with an encoder that this ffmpeg lacks',
      { outputs: [{ args: ['-c:v', 'nonsense'], target: 'x.mp4' }] },
      'MissingResource',
    ],
    ['of a picture above the limit', { maxPixels: 100 }, 'TooManyPixels'],
    [
      'into a directory that is full',
      { outputs: [{ args: ['-c', 'copy', '-f', 'mpegts'], target: '/dev/full' }] },
      'OutOfDisk',
    ],
  ])('%s fails by name', async (_label, changes, name) => {
    await expect(run(changes)).rejects.toMatchObject({ name });
  });

  test('counts what a broken file did to it, where ffmpeg itself sees no fault', async () => {
    await studio.save('damaged.mp4', damaged(await studio.read('clip.mp4'), 30));
    expect((await run({ input: 'damaged.mp4' })).damage.frames).toBeGreaterThan(5);
    const whole = await studio.read('clip.mp4');
    await studio.save('cut.mp4', whole.subarray(0, whole.length / 2));
    const copy = [{ args: ['-c', 'copy'], target: 'copy.mp4' }];
    expect((await run({ input: 'cut.mp4', outputs: copy })).damage.truncated).toBe(true);
  });

  test('cannot be made to read a file whose name looks like an address', async () => {
    await mkdir(studio.path('http:'), { recursive: true });
    await studio.save('http:/clip.mp4', await studio.read('clip.mp4'));
    await expect(run({ input: 'http:/clip.mp4' })).resolves.toBeDefined();
  });
});

function workingDirectory(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}
