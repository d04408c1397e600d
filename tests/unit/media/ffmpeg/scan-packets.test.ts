import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

const scan = (input: string) =>
  scanPackets({ input, cwd: studio.directory, maxPixels: 1e7, timeoutSeconds: 60 });

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

  test('sees that a file was cut', async () => {
    const whole = await studio.read('clip.mp4');
    await studio.save('cut.mp4', whole.subarray(0, whole.length * 0.7));
    const { tracks, damage } = await scan('cut.mp4');
    expect(damage.truncated).toBe(true);
    expect(tracks.get(0)?.endSeconds).toBeLessThan(1.8);
  });
});
