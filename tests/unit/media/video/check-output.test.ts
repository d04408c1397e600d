import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MediaError } from '../../../../base/errors.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import { assertLasts, checkedRendition, judgeLength } from '../../../../media/video/check-output.ts';
import type { VideoPlan } from '../../../../media/video/plan.ts';
import type { VideoSource } from '../../../../media/video/source/video-source.ts';
import { type ClipStudio, clipStudio, H264 } from '../../../support/clips.ts';

const SOURCE = { durationSeconds: 2, slackSeconds: 0.1 } as VideoSource;
const RENDITION = {
  ...{ name: '480p', codec: 'h264', width: 320, height: 180 },
  ...{ isCopy: false, crf: 23, maxBitrate: 1e6 },
} as const;
const PLAN = { source: SOURCE, audio: 'none', profile: DEFAULT_PROFILE.video, hls: false } as VideoPlan;

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
  await studio.make('480p.mp4', ['testsrc2=s=320x180:r=30:d=2'], ...H264);
  await studio.make('720p.mp4', ['testsrc2=s=320x180:r=30:d=1'], ...H264);
  await studio.save('1080p.mp4', 'no video at all');
});
afterAll(() => studio.remove());

const check = (rendition: Partial<typeof RENDITION> | { name: string }, encodedSeconds = 2) =>
  checkedRendition(PLAN, { ...RENDITION, ...rendition } as never, {
    cwd: studio.directory,
    encodedSeconds,
  }).catch((error: Error) => error);

describe('a rendition that was made', () => {
  test('is an output with its facts where it is what was planned', async () => {
    expect(await check({})).toMatchObject({ name: '480p.mp4', facts: { width: 320, height: 180 } });
  });

  test.each([
    ['has another size than planned', { width: 640 as 320 }],
    ['has another codec than planned', { codec: 'hevc' as 'h264' }],
    ['cannot be read back', { name: '1080p' }],
    ['is shorter than what was encoded', { name: '720p' }],
  ])('is our fault where it %s', async (_label, rendition) => {
    const error = await check(rendition);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(MediaError);
  });

  test('is noted as short where no more of the upload could be decoded, and refused below half', () => {
    expect(judgeLength(SOURCE, { encodedSeconds: 1.91 })).toEqual([]);
    expect(judgeLength(SOURCE, { encodedSeconds: 1.5 })).toEqual([expect.stringContaining('got 1.50 s')]);
    expect(() => judgeLength(SOURCE, { encodedSeconds: 0.8 })).toThrow(MediaError);
  });

  test('may be off by the slack', () => {
    const lasts = (seconds: number) => () => assertLasts(SOURCE, { seconds, name: 'x', encodedSeconds: 2 });
    expect(lasts(2.09)).not.toThrow();
    expect(lasts(2.11)).toThrow('got 2.11 s');
  });
});
