import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import type { VideoProfile } from '../../../../media/profile/video-profile.ts';
import { clippedSource, inputOfClip } from '../../../../media/video/clip.ts';
import type { VideoSource } from '../../../../media/video/source/video-source.ts';
import { type ClipStudio, clipStudio, H264, probed } from '../../../support/clips.ts';
import { COUNTED, frameNumbers, toneAt } from '../../../support/counted-frames.ts';
import { type Transcoded, transcode } from './transcode.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const PREVIEWS: VideoProfile['previews'] = [
  { name: 'teaser', format: 'mp4', seconds: 1, atSeconds: 0.2, side: 320, framesPerSecond: 25 },
];

function clipped(source: string, clip: VideoProfile['clip'], changes: Partial<VideoProfile> = {}) {
  const video = { ...DEFAULT_PROFILE.video, previews: PREVIEWS, clip, ...changes };
  return transcode(
    studio.directory,
    source,
    { MEDIA_PROCESSOR_CONCURRENCY: 1 },
    { ...DEFAULT_PROFILE, video },
  );
}

const GOP = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-crf',
  '4',
  '-bf',
  '2',
  '-g',
  '60',
  '-sc_threshold',
  '0',
];
const MPEG2 = ['-c:v', 'mpeg2video', '-q:v', '2', '-g', '10', '-bf', '2', '-c:a', 'mp2'];

/** Shorter groups, so that the decoder begins in the middle of the file. */
const SHORT = [...GOP, '-g', '10', '-c:a'];

describe('a clip from 2.32 s to 3.6 s begins with its frame, with sound that fits, of', () => {
  test.each<[label: string, name: string, args: string[], first?: number]>([
    ['MP4', 'a.mp4', [...SHORT, 'aac']],
    ['MP4 with a key frame at the beginning only', 'long.mp4', [...GOP, '-g', '999', '-c:a', 'aac']],
    ['Matroska', 'a.mkv', [...SHORT, 'libopus']],
    ['Matroska without an index', 'live.mkv', [...SHORT, 'libopus', '-live', '1', '-f', 'matroska']],
    ['MPEG-TS with open groups', 'a.ts', [...SHORT, 'aac', '-x264-params', 'open-gop=1']],
    ['an MPEG program stream', 'a.mpg', [...MPEG2, '-f', 'mpeg']],
    // Its writer shows the first frame twice as long.
    ['AVI', 'a.avi', ['-c:v', 'mpeg4', '-q:v', '1', '-g', '10', '-c:a', 'mp3'], 57],
    // Its sound begins more than a frame before the pictures.
    ['Windows Media', 'a.wmv', ['-c:v', 'wmv2', '-q:v', '1', '-g', '10', '-c:a', 'wmav2'], 57],
    ['Ogg', 'a.ogv', ['-c:v', 'libtheora', '-q:v', '10', '-g', '10', '-c:a', 'libvorbis']],
    ['FLV', 'a.flv', [...SHORT, 'mp3', '-ar', '44100']],
  ])('%s', async (_label, name, args, first = 58) => {
    const source = await studio.make(name, COUNTED, ...args);
    const made = await clipped(source, { startSeconds: 2.32, endSeconds: 3.6 });
    expect(await frameNumbers(made.file('480p.mp4'))).toEqual(numbers(first, first + 32));
    // AVI and ASF do not tell what an encoder put before the sound.
    expect(Math.abs((await toneAt(made.file('480p.mp4'))) - 0.08)).toBeLessThan(first === 57 ? 0.045 : 0.01);
    expect(made.degraded).toEqual([]);
  });

  test('a film whose clock jumps', async () => {
    const first = await studio.make('first.ts', COUNTED, ...GOP, '-c:a', 'aac', '-t', '2');
    const second = await studio.make('second.ts', COUNTED, ...GOP, '-c:a', 'aac', '-output_ts_offset', '100');
    const joined = await studio.save(
      'joined.ts',
      Buffer.concat([await readFile(first), await readFile(second)]),
    );
    const made = await clipped(joined, { startSeconds: 3, endSeconds: 5 });
    const found = await frameNumbers(made.file('480p.mp4'));
    expect(found).toHaveLength(50);
    // Two seconds of the first are before it, and what a muxer adds between.
    expect(Math.abs((found[0] ?? 0) - 25)).toBeLessThanOrEqual(2);
    const shift = (25 - (found[0] ?? 0)) / 25;
    expect(Math.abs((await toneAt(made.file('480p.mp4'))) - 1.4 - shift)).toBeLessThan(0.03);
  });
});

describe('all outputs of a clip', () => {
  let made: Transcoded;
  beforeAll(async () => {
    const source = await studio.make('all.mp4', COUNTED, ...GOP, '-c:a', 'aac');
    made = await clipped(
      source,
      { startSeconds: 1, endSeconds: 3 },
      { poster: { shortSide: 180, atSeconds: 1.9 } },
    );
  });

  test('last as long as it, MP4 and HLS', async () => {
    expect(Number((await probed(made.file('480p.mp4'))).format.duration)).toBeCloseTo(2, 1);
    expect(Number((await probed(made.file('hls/master.m3u8'))).format.duration)).toBeCloseTo(2, 1);
    expect(made.outputs.get('480p.mp4')?.facts?.durationSeconds).toBeCloseTo(2, 1);
  });

  test('show nothing else', async () => {
    expect(await frameNumbers(made.file('480p.mp4'))).toEqual(numbers(25, 75));
    expect(await frameNumbers(made.file('teaser.mp4'))).toEqual(numbers(30, 55));
    const [poster = 0] = await frameNumbers(made.file('poster.jpg'));
    expect(poster).toBeGreaterThanOrEqual(72);
    expect(poster).toBeLessThanOrEqual(75);
    expect(await made.text('storyboard.vtt')).toContain('00:00:01.000 --> 00:00:02.000');
    expect(await made.text('storyboard.vtt')).not.toContain('00:00:03');
  });

  test('are described with the duration of the clip and of the upload', () => {
    expect(made.metadata).toMatchObject({
      durationSeconds: 4,
      clip: { startSeconds: 1, endSeconds: 3, durationSeconds: 2 },
    });
    expect(made.metadataDefinition).toEqual({ clip: { startSeconds: 1, endSeconds: 3 } });
  });

  test('have it in their definitions', () => {
    for (const [name, { recipe }] of made.outputs)
      expect([name, recipe.definition]).toEqual([
        name,
        expect.objectContaining({ clip: { startSeconds: 1, endSeconds: 3 } }),
      ]);
  });

  test('report progress over the clip', () => {
    const percents = made.progress.map(({ percent }) => percent);
    expect(Math.max(...percents)).toBeGreaterThanOrEqual(96);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });
});

test('a clip between two frames of a slide show begins with the former', async () => {
  const [picture = '', sound = ''] = COUNTED;
  // Its frames 0, 25, 50 and 75, each for a second.
  const slides = [
    '-vf',
    "select='not(mod(n,25))'",
    '-vsync',
    'vfr',
    '-c:v',
    'libx264',
    '-g',
    '1',
    '-c:a',
    'aac',
  ];
  const source = await studio.make('slides.mkv', [picture, sound], ...slides);
  const made = await clipped(source, { startSeconds: 2.5, endSeconds: 3.25 });
  // At 24 frames per second.
  const shown = [...Array.from({ length: 12 }, () => 50), ...Array.from({ length: 6 }, () => 75)];
  expect(await frameNumbers(made.file('480p.mp4'))).toEqual(shown);
});

test('a clip is decoded from the key frame before it, not from the beginning', () => {
  const scan = { ...{ packets: 15_000, bytes: 1e7, startSeconds: 0, lastSeconds: 599.96, endSeconds: 600 } };
  const source = {
    ...{ format: 'mov,mp4', videoScan: { ...scan, keyFrameGapSeconds: 2 }, averageRate: 25, isJoined: false },
    ...{
      originSeconds: 0,
      leadSeconds: 0.5,
      durationSeconds: 600,
      slackSeconds: 6,
      stillSeconds: 0,
      notes: [],
    },
  } as unknown as VideoSource;
  const clip = clippedSource(source, { startSeconds: 400, endSeconds: 401 });
  const args = inputOfClip(clip, 0.01).join(' ');
  expect(args).toMatch(/^-noaccurate_seek -ss 397\.500000 -itsoffset -2\.990000 -t \d+$/);
  const jumping = inputOfClip({ ...clip, isJoined: true }, 0).join(' ');
  expect(jumping).toMatch(/^-itsoffset -400\.500000 -t \d+$/);
});

test('a clip of the whole is copied like the whole, and one of a part is not', async () => {
  const args = ['-c:v', 'libx264', '-crf', '30', '-g', '50', '-c:a', 'aac'];
  const source = await studio.make('copied.mp4', COUNTED, ...args);
  const whole = await clipped(source, { startSeconds: 0, endSeconds: 100 });
  expect(whole.outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: true });
  const part = await clipped(source, { startSeconds: 2 });
  expect(part.outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: false });
  expect(await frameNumbers(part.file('480p.mp4'))).toHaveLength(50);
});

test('a clip without sound says so, and one whose sound goes on holds its last frame', async () => {
  const [picture = '', sound = ''] = COUNTED;
  const muted = await studio.make('muted.mp4', [picture, 'sine=d=1'], ...H264, '-c:a', 'aac');
  const silent = await clipped(muted, { startSeconds: 2, endSeconds: 3.5 });
  expect((await probed(silent.file('480p.mp4'))).streams.map(({ codec_type }) => codec_type)).toEqual([
    'video',
  ]);
  expect(silent.degraded).toEqual(['There is no sound in the clip.']);
  const cut = picture.replace('d=4', 'd=2');
  const held = await clipped(await studio.make('held.mp4', [cut, sound], ...H264, '-c:a', 'aac'), {
    startSeconds: 1,
  });
  const frames = await frameNumbers(held.file('480p.mp4'));
  expect(frames.slice(0, 25)).toEqual(numbers(25, 50));
  expect(frames.slice(25).every((number) => number === 49)).toBe(true);
  expect(Math.abs(frames.length - 75)).toBeLessThanOrEqual(1);
  expect(await toneAt(held.file('480p.mp4'))).toBeCloseTo(1.4, 1);
});

test.each([
  [4, "beyond 4 s, where the profile's video.clip begins, got 4.00 s"],
  [60, "beyond 60 s, where the profile's video.clip begins, got 4.00 s"],
])('a clip that begins at %d s of a video of 4 s is refused', async (startSeconds, message) => {
  const source = await studio.make('refused.mp4', COUNTED, ...H264, '-c:a', 'aac');
  await expect(clipped(source, { startSeconds })).rejects.toMatchObject({
    ...{ name: 'ClipOutOfRange', category: 'processing' },
    message: expect.stringContaining(message),
  });
});
