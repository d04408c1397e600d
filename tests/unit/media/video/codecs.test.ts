import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { assertEncoders } from '../../../../media/ffmpeg/ffmpeg-encoders.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import type { VideoProfile } from '../../../../media/profile/video-profile.ts';
import { type ClipStudio, clipStudio, H264, keyFrames, pictures, probed } from '../../../support/clips.ts';
import { COUNTED, frameNumbers, toneAt } from '../../../support/counted-frames.ts';
import { type Transcoded, transcode } from './transcode.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

const MIXED: VideoProfile['renditions'] = [
  { name: 'large', codec: 'av1', shortSide: 360, crf: 40, maxBitrate: 400_000 },
  { name: '360p', shortSide: 360, crf: 23, maxBitrate: 2_000_000 },
  { name: 'apple', codec: 'hevc', shortSide: 360, crf: 28, maxBitrate: 400_000 },
  { name: 'small', codec: 'av1', shortSide: 180, crf: 40, maxBitrate: 1_000_000 },
];

function encoded(
  source: string,
  renditions: VideoProfile['renditions'],
  hls = true,
  clip?: VideoProfile['clip'],
) {
  const video = { ...DEFAULT_PROFILE.video, renditions, hls, ...(clip && { clip }) };
  return transcode(
    studio.directory,
    source,
    { MEDIA_PROCESSOR_CONCURRENCY: 1 },
    { ...DEFAULT_PROFILE, video },
  );
}

describe('a video of 13 s in three codecs', () => {
  let made: Transcoded;
  beforeAll(async () => {
    // Scenes that change between key frames, at a rate that has no whole number of frames in two seconds.
    const picture = "testsrc2=s=640x360:r=30000/1001:d=13,negate=enable='lt(mod(t,1.3),0.65)'";
    made = await encoded(
      await studio.make('mixed.mp4', [picture, 'sine=d=13'], ...H264, '-c:a', 'aac'),
      MIXED,
    );
  }, 120_000);

  test.each([
    ['large.mp4', 'av1', 'av01', 'Main', 640, 360],
    ['360p.mp4', 'h264', 'avc1', 'High', 640, 360],
    ['apple.mp4', 'hevc', 'hvc1', 'Main', 640, 360],
    ['small.mp4', 'av1', 'av01', 'Main', 320, 180],
  ])('%s is %s with the tag %s', async (name, codec, tag, profile, width, height) => {
    const { streams, format } = await probed(made.file(name));
    expect(streams.map(({ codec_type }) => codec_type)).toEqual(['video', 'audio']);
    expect(streams[0]).toMatchObject({
      ...{ codec_name: codec, codec_tag_string: tag, profile, width, height, pix_fmt: 'yuv420p' },
      ...{ color_space: 'bt709', color_primaries: 'bt709', color_transfer: 'bt709', color_range: 'tv' },
    });
    expect(Number(format.duration)).toBeCloseTo(13, 0);
    expect(await pictures(made.file(name))).toBe(390);
    expect(made.outputs.get(name as '360p.mp4')?.facts?.codec).toBe(codec === 'h264' ? undefined : codec);
  });

  test('has key frames at the same times, two seconds apart', async () => {
    const times = await Promise.all(MIXED.map(({ name }) => keyFrames(made.file(`${name}.mp4`))));
    expect(times[0]).toEqual([0, 2.002, 4.004, 6.006, 8.008, 10.01, 12.012]);
    for (const other of times) expect(other).toEqual(times[0]);
    expect(made.degraded).toEqual([]);
  });

  test('has a master playlist with the parameters of each stream', async () => {
    const master = await made.text('hls/master.m3u8');
    const level = async (name: string) => (await probed(made.file(name))).streams[0]?.level;
    const av1 = async (name: string) => `av01.0.${`${await level(name)}`.padStart(2, '0')}M.08`;
    const codecs = [...master.matchAll(/CODECS="([^,]+),mp4a\.40\.2"[^\n]*\n(\w+)/g)].map((m) => [
      m[2],
      m[1],
    ]);
    expect(codecs).toEqual([
      ['small', await av1('small.mp4')],
      ['360p', 'avc1.64001e'],
      ['apple', `hvc1.1.6.L${await level('apple.mp4')}.90`],
      ['large', await av1('large.mp4')],
    ]);
    for (const { name, codec = 'h264' } of MIXED)
      expect((await probed(made.file(`hls/${name}/index.m3u8`))).streams[0]).toMatchObject({
        codec_name: codec,
      });
  });

  test('says nothing of the encoder in its packets', async () => {
    const { readFile } = await import('node:fs/promises');
    const bytes = await readFile(made.file('apple.mp4'), 'latin1');
    expect(bytes).not.toMatch(/x265 \(build|options: |rc-lookahead/);
  });

  test('keeps to the bitrates', async () => {
    for (const name of ['large', 'apple']) {
      const { format } = await probed(made.file(`${name}.mp4`));
      // With 70 kbit/s of sound. AV1's cap is less strict.
      expect(Number((format as unknown as { bit_rate: string }).bit_rate)).toBeLessThan(620_000);
    }
  });
});

test.each(['hevc', 'av1'] as const)('%s shows each frame of a clip, with its sound', async (codec) => {
  const source = await studio.make(`${codec}.mp4`, COUNTED, ...H264, '-c:a', 'aac');
  const renditions = [{ name: 'one', codec, shortSide: 180, crf: 30, maxBitrate: 1_000_000 }];
  const made = await encoded(source, renditions, false, { startSeconds: 2, endSeconds: 3 });
  expect(await frameNumbers(made.file('one.mp4'))).toEqual(Array.from({ length: 25 }, (_, i) => 50 + i));
  expect(await toneAt(made.file('one.mp4'))).toBeCloseTo(0.4, 2);
});

test('what suits is copied beside other codecs, but not for HLS', async () => {
  const small = ['-c:v', 'libx264', '-crf', '30', '-g', '50', '-c:a', 'aac'];
  const source = await studio.make('suits.mp4', COUNTED, ...small);
  const renditions: VideoProfile['renditions'] = [
    { name: '180p', shortSide: 180, crf: 23, maxBitrate: 2_000_000 },
    { name: 'new', codec: 'hevc', shortSide: 180, crf: 30, maxBitrate: 1_000_000 },
  ];
  const alone = await encoded(source, renditions, false);
  const streamed = await encoded(source, renditions, true);
  const copied = (made: Transcoded) =>
    ['180p.mp4', 'new.mp4'].map((name) => made.outputs.get(name as '1p.mp4')?.facts?.remuxed);
  expect(copied(alone)).toEqual([true, false]);
  expect(copied(streamed)).toEqual([false, false]);
  expect(await pictures(alone.file('new.mp4'))).toBe(100);
});

test('a picture that is too small for an encoder is H.264, and the job says so', async () => {
  const source = await studio.make('tiny.mp4', ['testsrc2=s=48x36:r=25:d=1'], ...H264);
  const made = await encoded(source, [
    { name: 'one', codec: 'av1', shortSide: 180, crf: 50, maxBitrate: 1_000_000 },
  ]);
  expect((await probed(made.file('one.mp4'))).streams[0]).toMatchObject({ codec_name: 'h264', width: 48 });
  expect(made.degraded).toEqual([
    'one.mp4 is H.264: av1 wants at least 64 pixels on each side, and it has 48 × 36.',
  ]);
});

test('a video that is smaller than all is made in each codec of the smallest', async () => {
  const source = await studio.make('less.mp4', ['testsrc2=s=160x90:r=25:d=1'], ...H264);
  const made = await encoded(
    source,
    MIXED.map((rendition) => ({ ...rendition, shortSide: 180 })),
    false,
  );
  const codecs = MIXED.map(
    async ({ name }) => (await probed(made.file(`${name}.mp4`))).streams[0]?.codec_name,
  );
  expect(await Promise.all(codecs)).toEqual(['av1', 'h264', 'hevc', 'av1']);
});

test('an encoder that is missing is named', async () => {
  await assertEncoders(['libx265', 'libsvtav1']);
  await expect(assertEncoders(['libx265', 'libnothing'])).rejects.toMatchObject({
    ...{ name: 'InvalidConfiguration', message: expect.stringContaining('libnothing') },
  });
});
