import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { probeMedia } from '../../../../media/ffmpeg/probe-media.ts';
import { scanPackets } from '../../../../media/ffmpeg/scan-packets.ts';
import { type ClipStudio, clipStudio, H264, PICTURE, SOUND } from '../../../support/clips.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
  await studio.make(
    'clip.mp4',
    [PICTURE, SOUND],
    ...H264,
    '-g',
    '15',
    '-c:a',
    'aac',
    '-movflags',
    '+faststart',
  );
});
afterAll(() => studio.remove());

const scan = async (input: string) => {
  const run = { input, cwd: studio.directory, maxPixels: 1e7, timeoutSeconds: 60 };
  return scanPackets(run, await probeMedia(run));
};

describe('a scan of packets', () => {
  test('tells each track’s true length, size and key frames', async () => {
    const { tracks, damage } = await scan('clip.mp4');
    expect(damage).toEqual({ frames: 0, truncated: false });
    expect(tracks.get(0)).toMatchObject({
      packets: 60,
      startSeconds: 0,
      endSeconds: 2,
      keyFrameGapSeconds: 0.5,
    });
    expect(tracks.get(1)?.endSeconds).toBeCloseTo(2, 1);
    expect((tracks.get(0)?.bytes ?? 0) + (tracks.get(1)?.bytes ?? 0)).toBeLessThan(
      (await studio.read('clip.mp4')).length,
    );
  });

  test('finds the length that a live recording does not say', async () => {
    await studio.make('live.webm', [PICTURE], '-c:v', 'libvpx', '-deadline', 'realtime', '-live', '1');
    expect((await scan('live.webm')).tracks.get(0)?.lastSeconds).toBeCloseTo(2 - 1 / 30, 2);
  });

  test('leaves out what an edit list hides', async () => {
    await studio.make('edited.mp4', ['clip.mp4'], '-c', 'copy');
    await studio.make('shortened.mp4', ['edited.mp4'], '-ss', '0.7', '-c', 'copy');
    expect((await scan('shortened.mp4')).tracks.get(0)?.packets).toBeLessThan(60);
  });

  test.each([
    ['open', true],
    ['closed', false],
  ])('tells %s groups of pictures', async (name, isOpen) => {
    const x264 = `keyint=15:bframes=3:scenecut=0:open_gop=${isOpen ? 1 : 0}`;
    await studio.make(`${name}.mkv`, [PICTURE], '-c:v', 'libx264', '-x264-params', x264);
    expect((await scan(`${name}.mkv`)).tracks.get(0)?.hasOpenGroups).toBe(isOpen);
  });

  test.each([0, 3600])('joins what was recorded by a clock that starts again at %d s', async (offset) => {
    const encoding = [...H264, '-g', '15', '-c:a', 'aac', '-f', 'mpegts'];
    await studio.make('first.ts', [PICTURE, SOUND], ...encoding);
    await studio.make('second.ts', [PICTURE, SOUND], ...encoding, '-output_ts_offset', `${offset}`);
    await studio.save(
      'joined.ts',
      Buffer.concat([await studio.read('first.ts'), await studio.read('second.ts')]),
    );
    const track = (await scan('joined.ts')).tracks.get(0);
    expect((track?.endSeconds ?? 0) - (track?.startSeconds ?? 0)).toBeCloseTo(4, 1);
  });

  test('sees that a file was cut', async () => {
    const whole = await studio.read('clip.mp4');
    await studio.save('cut.mp4', whole.subarray(0, whole.length * 0.7));
    const { tracks, damage } = await scan('cut.mp4');
    expect(damage.truncated).toBe(true);
    expect(tracks.get(0)?.endSeconds).toBeLessThan(1.8);
  });
});
