import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import {
  type ClipStudio,
  clipStudio,
  colorAt,
  H264,
  PICTURE,
  probed,
  SOUND,
  withWebmKey,
} from '../../../support/clips.ts';
import { transcode } from './transcode.ts';

// What people upload, with the right value of what comes out, measured by ffmpeg itself.

const run = promisify(execFile);
/** Segments are made of the same frames (outputs.test.ts). */
const FILE_ONLY = { ENABLE_HLS_TRANSCODING: false };
const AAC = ['-c:a', 'aac'];

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

const made = (name: string, sources: readonly string[], ...args: string[]) =>
  studio.make(name, sources, ...args).then((file) => transcode(studio.directory, file, FILE_ONLY));

const logOf = async (...args: string[]) =>
  (await run('ffmpeg', ['-nostdin', '-hide_banner', ...args, '-f', 'null', '-'])).stderr;

/** Largest difference of a color channel between two files' frames, in a rectangle. */
async function difference(one: string, other: string, crop: string): Promise<number> {
  const [a, b] = await Promise.all([colorAt(one, crop), colorAt(other, crop)]);
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? Number.NaN))));
}

/** Share of frames that `idet` finds interlaced. */
async function interlacedShare(file: string): Promise<number> {
  const log = await logOf('-i', file, '-vf', 'idet');
  const [top = 0, bottom = 0, progressive = 0] = [
    ...(/.*Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)/s.exec(log) ?? []),
  ]
    .slice(1)
    .map(Number);
  return (top + bottom) / (top + bottom + progressive);
}

/** A white bar that moves to the right over gray, 50 fields a second. */
const FIELDS = (order: 'top' | 'bottom') =>
  `color=0x303030:s=720x576:r=50:d=2[bg];color=white:s=60x576:r=50:d=2[bar];[bg][bar]overlay=x='mod(n*14,700)',tinterlace=interleave_${order},setsar=16/15`;

describe('interlace that the file does not declare', () => {
  test.each([
    ['MPEG-4', 'asp.avi', 'top', ['-c:v', 'mpeg4', '-q', '3', '-flags', '+ilme+ildct', '-top', '1']],
    ['DV', 'dv.avi', 'bottom', ['-pix_fmt', 'yuv420p', '-c:v', 'dvvideo']],
    ['MJPEG', 'mjpeg.avi', 'top', ['-pix_fmt', 'yuvj422p', '-c:v', 'mjpeg', '-q', '3']],
    ['HuffYUV', 'huff.avi', 'top', ['-pix_fmt', 'yuv422p', '-c:v', 'huffyuv']],
    ['raw frames', 'raw.avi', 'top', ['-t', '0.6', '-pix_fmt', 'uyvy422', '-c:v', 'rawvideo']],
  ] as const)('of %s is removed', async (_codec, name, order, args) => {
    const { metadata, file } = await made(name, [FIELDS(order)], ...args);
    expect(metadata.video.isInterlaced).toBe(true);
    expect(await interlacedShare(file('480p.mp4'))).toBeLessThan(0.05);
  });

  test.each(['testsrc=s=720x576:r=25:d=2', 'testsrc2=s=320x240:r=25:d=2'])(
    'is not seen in %s',
    async (source) => {
      const { metadata } = await made('progressive.avi', [source], '-c:v', 'mpeg4', '-q', '3');
      expect(metadata.video.isInterlaced).toBe(false);
    },
  );
});

describe('H.264 of 8 bits in colors that players would show wrong', () => {
  const BARS = 'smptehdbars=s=640x360:r=25:d=1';
  const tags = (transfer: string) => [
    '-colorspace',
    'bt2020nc',
    '-color_primaries',
    'bt2020',
    '-color_trc',
    transfer,
  ];
  const YELLOW = '40:40:130:100';

  test('SDR in BT.2020 comes out in the colors it was made from', async () => {
    const to2020 =
      'zscale=pin=bt709:tin=bt709:min=bt709:rin=tv:p=bt2020:t=bt709:m=bt2020nc:r=tv,format=yuv420p';
    const args = [
      '-vf',
      `scale=out_color_matrix=bt709,format=yuv444p,${to2020}`,
      ...H264.slice(0, 4),
      '-crf',
      '18',
    ];
    const { outputs, file } = await made('wide.mp4', [BARS], ...args, ...tags('bt709'));
    expect(outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: false });
    const plain = await studio.make(
      'plain.mp4',
      [BARS],
      '-vf',
      'scale=out_color_matrix=bt709',
      ...H264,
      '-colorspace',
      'bt709',
    );
    expect(await difference(plain, file('480p.mp4'), YELLOW)).toBeLessThan(8);
  });

  test.each([
    ['PQ', 'smpte2084'],
    ['HLG', 'arib-std-b67'],
  ])('%s is mapped as its twin of 10 bits is', async (_name, transfer) => {
    const x265 = `log-level=error:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`;
    const scaled = (format: string) => ['-vf', `scale=out_color_matrix=bt2020,format=${format}`];
    const twin = await made(
      'twin.mp4',
      [BARS],
      ...scaled('yuv420p10'),
      '-c:v',
      'libx265',
      '-x265-params',
      x265,
    );
    const eight = await made(
      'eight.mp4',
      [BARS],
      ...scaled('yuv420p'),
      '-c:v',
      'libx264',
      '-crf',
      '20',
      ...tags(transfer),
    );
    expect(eight.outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: false });
    expect((await probed(eight.file('480p.mp4'))).streams[0]).toMatchObject({ color_transfer: 'bt709' });
    expect(await difference(twin.file('480p.mp4'), eight.file('480p.mp4'), YELLOW)).toBeLessThan(6);
  });
});

test('a video whose size changes midway has frames of one size, and as many as before', async () => {
  const part = (size: string) => [`testsrc2=s=${size}:r=25:d=2`];
  await studio.make('large.ts', part('640x360'), '-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0');
  await studio.make('small.ts', part('320x180'), '-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0');
  const list = await studio.save('parts.txt', "file 'large.ts'\nfile 'small.ts'\n");
  await run('ffmpeg', ['-v', 'error', '-f', 'concat', '-i', list, '-c', 'copy', studio.path('sizes.mkv')]);
  const { file, metadata } = await transcode(studio.directory, studio.path('sizes.mkv'), FILE_ONLY);
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'frame=width,height',
    '-of',
    'csv=p=0',
  ];
  const { stdout } = await run('ffprobe', [...args, file('480p.mp4')]);
  const sizes = stdout.match(/\d+,\d+/g) ?? [];
  expect(new Set(sizes)).toEqual(new Set(['640,360']));
  expect(Math.abs(sizes.length - metadata.durationSeconds * 25)).toBeLessThanOrEqual(1);
});

test('surround of which every channel is loud does not exceed full scale in stereo', async () => {
  const surround = 'aevalsrc=0.95*sin(2*PI*440*t):d=2:s=48000,pan=5.1|FL=c0|FR=c0|FC=c0|BL=c0|BR=c0|LFE=c0';
  const { file } = await made('loud.mkv', [PICTURE, surround], ...H264, '-c:a', 'flac');
  const log = await logOf(
    '-i',
    file('480p.mp4'),
    '-vn',
    '-c:a',
    'pcm_f32le',
    '-af',
    'astats=measure_perchannel=none',
  );
  const peak = Number(/Peak level dB: (\S+)/.exec(log)?.[1]);
  expect(peak).toBeLessThanOrEqual(0);
  expect(peak).toBeGreaterThan(-6);
});

describe('transparent video', () => {
  const BOX =
    'color=red@0.0:s=320x240:r=25:d=1,format=yuva444p,drawbox=80:60:160:120:blue@1.0:fill:replace=1';
  const VP9 = ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-auto-alt-ref', '0'];
  test.each([
    ['VP9', 'vp9.webm', [...VP9, '-pix_fmt', 'yuva420p']],
    ['ProRes 4444', 'prores.mov', ['-c:v', 'prores_ks', '-profile:v', '4444', '-pix_fmt', 'yuva444p10']],
    ['PNG', 'png.mov', ['-c:v', 'png', '-pix_fmt', 'rgba']],
  ] as const)('in %s is black where nothing is to be seen', async (_codec, name, args) => {
    const { file } = await made(name, [BOX], ...args);
    for (const value of await colorAt(file('480p.mp4'), '40:40:10:10')) expect(value).toBeLessThan(16);
    const [red = 255, green = 255, blue = 0] = await colorAt(file('480p.mp4'), '40:40:140:100');
    expect([red < 30, green < 30, blue > 200]).toEqual([true, true, true]);
    for (const value of await colorAt(file('poster.jpg'), '40:40:10:10')) expect(value).toBeLessThan(16);
  });

  test('is shown where the alpha channel was left empty', async () => {
    const args = ['-vf', 'format=bgra,colorchannelmixer=aa=0', '-c:v', 'rawvideo', '-pix_fmt', 'bgra'];
    const { file } = await made('empty-alpha.avi', ['color=0x3060c0:s=160x120:r=10:d=1'], ...args);
    const [, , blue = 0] = await colorAt(file('480p.mp4'), '40:40:60:40');
    expect(blue).toBeGreaterThan(150);
  });
});

test.each([
  ['the first quarter', 'color=black:s=320x180:r=25:d=2[a];testsrc2=s=320x180:r=25:d=6[b];[a][b]concat'],
  ['all but the end', 'color=black:s=320x180:r=25:d=6[a];testsrc2=s=320x180:r=25:d=2[b];[a][b]concat'],
])('the poster shows a picture where %s is black', async (_what, source) => {
  const { file } = await made('dark.mp4', [source], ...H264);
  for (const name of ['poster.jpg', 'thumb_small.jpg'])
    expect((await sharp(file(name)).greyscale().stats()).channels[0]?.mean).toBeGreaterThan(60);
});

describe('timestamps', () => {
  const TS = [...H264, '-g', '25', ...AAC, '-f', 'mpegts'];
  const lengthOf = async (file: string) => Number((await probed(file)).format.duration);

  test.each([
    ['start again', 0],
    ['jump by an hour', 3600],
  ])('that %s in the file are joined', async (_what, offset) => {
    await studio.make('one.ts', [PICTURE, SOUND], ...TS);
    await studio.make('two.ts', [PICTURE, SOUND], ...TS, '-output_ts_offset', `${offset}`);
    await studio.save('joined.ts', Buffer.concat([await studio.read('one.ts'), await studio.read('two.ts')]));
    const { file, metadata } = await transcode(studio.directory, studio.path('joined.ts'), FILE_ONLY);
    expect(metadata.durationSeconds).toBeCloseTo(4, 1);
    // The tracks of the first part end at different times: one of them pauses at the joint.
    expect(Math.abs((await lengthOf(file('480p.mp4'))) - 4)).toBeLessThan(0.12);
  });

  test.each(['late.mkv', 'late.mp4', 'late.webm'])(
    'of which none is early, as in parts of a recording: %s',
    async (name) => {
      const codecs = name.endsWith('webm')
        ? ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus']
        : [...H264, ...AAC];
      const { file, metadata, degraded } = await made(
        name,
        [PICTURE, SOUND],
        ...codecs,
        '-output_ts_offset',
        '10',
      );
      expect(degraded).toEqual([]);
      expect(metadata.durationSeconds).toBeCloseTo(2, 1);
      expect(await lengthOf(file('480p.mp4'))).toBeCloseTo(2, 1);
    },
  );

  test('of subtitles before the first picture do not count', async () => {
    await studio.make('later.mkv', [PICTURE, SOUND], ...H264, ...AAC, '-output_ts_offset', '3');
    await studio.save('early.srt', '1\n00:00:01,000 --> 00:00:02,000\nEarly\n');
    const inputs = ['-copyts', '-i', studio.path('later.mkv'), '-i', studio.path('early.srt')];
    await run('ffmpeg', [
      '-v',
      'error',
      ...inputs,
      '-map',
      '0',
      '-map',
      '1',
      '-c',
      'copy',
      studio.path('early.mkv'),
    ]);
    const { metadata, file } = await transcode(studio.directory, studio.path('early.mkv'), FILE_ONLY);
    expect(metadata.durationSeconds).toBeCloseTo(2, 1);
    expect(await lengthOf(file('480p.mp4'))).toBeCloseTo(2, 1);
  });

  test('of sound that begins after the beginning was probed keep it in its place', async () => {
    const sound = await studio.make('tone.wav', ['sine=d=2']);
    const video = await studio.make('nine.mp4', ['testsrc2=s=320x180:r=25:d=9'], ...H264, '-g', '25');
    const inputs = ['-i', video, '-itsoffset', '7', '-i', sound];
    await run('ffmpeg', [
      '-v',
      'error',
      ...inputs,
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-c:v',
      'copy',
      ...AAC,
      studio.path('silent-start.ts'),
    ]);
    const { file } = await transcode(studio.directory, studio.path('silent-start.ts'), FILE_ONLY);
    const log = await logOf('-i', file('480p.mp4'), '-vn', '-af', 'silencedetect=noise=-40dB:d=1');
    expect(Number(/silence_end: ([\d.]+)/.exec(log)?.[1])).toBeCloseTo(7, 1);
    expect(await lengthOf(file('480p.mp4'))).toBeCloseTo(9, 1);
  });
});

describe('what every player opens', () => {
  test('an AVI that was written to a pipe is taken', async () => {
    await studio.make('file.avi', [PICTURE, SOUND], '-c:v', 'mpeg4', '-q', '4', '-c:a', 'libmp3lame');
    for (const size of [0xffff_ffff, 0x7fff_ffff]) {
      const bytes = await studio.read('file.avi');
      bytes.writeUInt32LE(size, 4);
      await studio.save('pipe.avi', bytes);
      expect((await transcode(studio.directory, studio.path('pipe.avi'), FILE_ONLY)).degraded).toEqual([]);
    }
  });

  test('a film with many subtitles is taken', async () => {
    await studio.save('words.srt', '1\n00:00:00,000 --> 00:00:01,000\nWords\n');
    const maps = Array.from({ length: 40 }, () => ['-map', '1']).flat();
    const { metadata } = await made('film.mkv', [PICTURE, 'words.srt'], '-map', '0', ...maps, ...H264);
    expect(metadata.dropped.subtitles).toHaveLength(40);
  });

  test.each(['cinepak', 'jpeg2000', 'utvideo', 'ffvhuff', 'flashsv'])('%s is decoded', async (codec) => {
    const { metadata } = await made(`${codec}.avi`, ['testsrc2=s=160x120:r=10:d=1'], '-c:v', codec);
    expect(metadata.durationSeconds).toBeCloseTo(1, 1);
  });

  test('a film whose sound cannot be decoded is taken without it, which is said', async () => {
    const { metadata, degraded } = await made(
      'real.mkv',
      [PICTURE, 'sine=r=8000:d=2'],
      ...H264,
      '-c:a',
      'real_144',
    );
    expect(degraded).toEqual(['The audio was dropped: its codec is not supported (ra_144).']);
    expect(metadata.durationSeconds).toBeCloseTo(2, 1);
  });

  test('a film of whose sound nothing is left to decode is taken without it, which is said', async () => {
    // A decoder of Vorbis gives no sound before its second packet.
    await studio.make('whole.mkv', [PICTURE, SOUND], ...H264, '-c:a', 'libvorbis');
    const rest = ['-c', 'copy', '-bsf:a', "noise=drop='gt(n,0)'", studio.path('mute.mkv')];
    await run('ffmpeg', ['-v', 'error', '-i', studio.path('whole.mkv'), ...rest]);
    const { degraded, file } = await transcode(studio.directory, studio.path('mute.mkv'), FILE_ONLY);
    expect(degraded).toEqual(['The audio was dropped: none of it can be decoded.']);
    expect((await probed(file('480p.mp4'))).streams).toHaveLength(1);
  });

  test('a film all of whose sound is noise in place of a codec is refused', async () => {
    await studio.make('sound.mkv', [PICTURE, SOUND], ...H264, ...AAC);
    const noise = ['-c', 'copy', '-bsf:a', 'noise=amount=1', studio.path('noise.mkv')];
    await run('ffmpeg', ['-v', 'error', '-i', studio.path('sound.mkv'), ...noise]);
    await expect(transcode(studio.directory, studio.path('noise.mkv'), FILE_ONLY)).rejects.toMatchObject({
      name: 'CorruptMedia',
    });
  });

  test('a film of which one packet is left is refused', async () => {
    const codecs = ['-c:v', 'wmv2', '-q:v', '4', '-c:a', 'wmav2', '-fflags', '+bitexact'];
    await studio.make('all.wmv', ['testsrc2=s=128x72:r=25:d=1', SOUND], ...codecs, '-t', '1');
    const bytes = await studio.read('all.wmv');
    await studio.save('one.wmv', bytes.fill(0, 4635));
    await expect(transcode(studio.directory, studio.path('one.wmv'), FILE_ONLY)).rejects.toMatchObject({
      name: 'CorruptMedia',
    });
  });

  test('a film of which one sound track can be decoded has that one', async () => {
    const args = ['-map', '0', '-map', '1', '-map', '1', ...H264, '-c:a:0', 'real_144', '-c:a:1', 'aac'];
    const { metadata } = await made('two.mkv', [PICTURE, 'sine=r=8000:d=2'], ...args, '-ac', '1');
    expect(metadata.audio).toMatchObject([{ isKept: false }, { codec: 'aac', isKept: true }]);
  });

  test('an encrypted film is refused as such', async () => {
    const key = [
      '-encryption_key',
      '76a6c65c5ea762046bd749a2e632ccbb',
      '-encryption_kid',
      'a7e61c373e219033c21091fa607bf3b8',
    ];
    await expect(
      made('drm.mp4', [PICTURE, SOUND], ...H264, ...AAC, '-encryption_scheme', 'cenc-aes-ctr', ...key),
    ).rejects.toMatchObject({
      name: 'UnsupportedMediaType',
      message: expect.stringContaining('encrypted'),
    });
  });
  test('so is an encrypted WebM', async () => {
    const codecs = ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-live', '1'];
    await studio.make('clear.webm', [PICTURE, SOUND], ...codecs);
    await studio.save('drm.webm', withWebmKey(await studio.read('clear.webm')));
    await expect(transcode(studio.directory, studio.path('drm.webm'), FILE_ONLY)).rejects.toMatchObject({
      name: 'UnsupportedMediaType',
      message: expect.stringContaining('encrypted'),
    });
  });
});
