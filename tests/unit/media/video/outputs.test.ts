import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ClipStudio,
  clipStudio,
  colorAt,
  H264,
  keyFrames,
  PICTURE,
  pictures,
  probed,
  SOUND,
} from '../../../support/clips.ts';
import { type Transcoded, transcode } from './transcode.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

const AAC = ['-c:a', 'aac'];
const PICTURES = [
  'poster.jpg',
  'storyboard.jpg',
  'storyboard.vtt',
  'thumb_large.jpg',
  'thumb_medium.jpg',
  'thumb_small.jpg',
];
/** Start of each segment in seconds, by the playlist. */
const starts = (playlist: string) => {
  const lengths = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map(([, seconds]) => Number(seconds));
  return lengths.map((_, i) => lengths.slice(0, i).reduce((sum, seconds) => sum + seconds, 0));
};
const sha256 = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

describe('a video of 720 lines', () => {
  let made: Transcoded;
  beforeAll(async () => {
    // 13 s: three segments. One second red, one second green, and so on.
    const source = "color=red:s=1280x720:r=30000/1001:d=13,drawbox=c=lime:t=fill:enable='gte(mod(t,2),1)'";
    const clip = await studio.make('720.mp4', [source, 'sine=d=13'], '-c:v', 'mpeg4', '-q:v', '3', ...AAC);
    made = await transcode(studio.directory, clip);
  });

  test('becomes two MP4s that can be played while they load', async () => {
    for (const [name, width, height] of [
      ['720p.mp4', 1280, 720],
      ['480p.mp4', 854, 480],
    ] as const) {
      const { streams, format } = await probed(made.file(name));
      expect(streams.map((s) => s.codec_name)).toEqual(['h264', 'aac']);
      expect(streams[0]).toMatchObject({ width, height, r_frame_rate: '30000/1001' });
      expect(Number(format.duration)).toBeCloseTo(13, 1);
      const bytes = await readFile(made.file(name));
      expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
      expect(made.outputs.get(name)?.facts).toMatchObject({ width, height, remuxed: false });
    }
  });

  test('has key frames and segments at the same times in every rendition', async () => {
    const [a, b] = await Promise.all([keyFrames(made.file('720p.mp4')), keyFrames(made.file('480p.mp4'))]);
    const everyTwoSeconds = [0, 2, 4, 6, 8, 10, 12].map((at) => expect.closeTo(at, 1));
    expect(a).toEqual(expect.arrayContaining(everyTwoSeconds));
    expect(b).toEqual(expect.arrayContaining(everyTwoSeconds));
    const [one, two] = await Promise.all([
      made.text('hls/720p/index.m3u8'),
      made.text('hls/480p/index.m3u8'),
    ]);
    expect(starts(one)).toEqual([0, expect.closeTo(6, 1), expect.closeTo(12, 1)]);
    expect(starts(two)).toEqual(starts(one));
  });

  test('has segments that can each be played alone, from a key frame, for as long as the playlist says', async () => {
    const init = await readFile(made.file('hls/480p/init.mp4'));
    const playlist = await made.text('hls/480p/index.m3u8');
    for (const [, seconds, uri] of playlist.matchAll(/#EXTINF:([\d.]+),\n(.+)/g)) {
      const alone = await studio.save(
        `alone-${uri}.mp4`,
        Buffer.concat([init, await readFile(made.file(`hls/480p/${uri}`))]),
      );
      const { streams } = await probed(alone);
      expect(streams.map((s) => s.codec_type)).toEqual(['video', 'audio']);
      expect((await keyFrames(alone))[0]).toBe(0);
      expect(await pictures(alone)).toBe(Math.round((Number(seconds) * 30_000) / 1001));
    }
  });

  test('has a master playlist that is true to the bytes of its segments', async () => {
    const master = await made.text('hls/master.m3u8');
    const variants = [...master.matchAll(/#EXT-X-STREAM-INF:(.*)\n(.*)\n/g)];
    expect(variants.map(([, , uri]) => uri)).toEqual(['480p/index.m3u8', '720p/index.m3u8']);
    for (const [, attributes = '', uri = ''] of variants) {
      const said = (name: string) => new RegExp(`(?:^|,)${name}="?([^",]+)`).exec(attributes)?.[1];
      const playlist = await made.text(`hls/${uri}`);
      const segments = [...playlist.matchAll(/#EXTINF:([\d.]+),\n(.+)/g)].map(([, seconds, name]) => {
        const body = made.outputs.get(`hls/${uri.replace('index.m3u8', name ?? '')}`);
        return { seconds: Number(seconds), bytes: readFile(made.file(body?.name ?? '')) };
      });
      const rates = await Promise.all(
        segments.map(async ({ seconds, bytes }) => ((await bytes).length * 8) / seconds),
      );
      expect(Number(said('BANDWIDTH'))).toBeGreaterThanOrEqual(Math.floor(Math.max(...rates.slice(0, 2))));
      expect(Number(said('BANDWIDTH'))).toBeLessThanOrEqual(Math.ceil(Math.max(...rates)));
      expect(Number(said('AVERAGE-BANDWIDTH'))).toBeLessThanOrEqual(Number(said('BANDWIDTH')));
      const { streams } = await probed(made.file(`hls/${uri}`));
      const [video] = streams.filter((s) => s.codec_type === 'video');
      expect(said('RESOLUTION')).toBe(`${video?.width}x${video?.height}`);
      expect(said('FRAME-RATE')).toBe('29.970');
      expect(attributes).toContain(`CODECS="avc1.6400${Number(video?.level).toString(16)},mp4a.40.2"`);
      expect(playlist).toContain('#EXT-X-MAP:URI="init.mp4"');
    }
  });

  test('has pictures that show what was on the screen', async () => {
    const facts = Object.fromEntries(PICTURES.map((name) => [name, made.outputs.get(name)?.facts]));
    expect(facts).toMatchObject({
      'poster.jpg': { width: 1280, height: 720 },
      'thumb_large.jpg': { width: 1200, height: 676 },
      'thumb_medium.jpg': { width: 400, height: 226 },
      'thumb_small.jpg': { width: 150, height: 84 },
      'storyboard.jpg': { width: 1600, height: 180, intervalSeconds: 1 },
    });
    for (const name of PICTURES.filter((picture) => picture.endsWith('.jpg'))) {
      const { streams } = await probed(made.file(name));
      expect(streams[0]).toMatchObject({
        codec_name: 'mjpeg',
        width: facts[name]?.width,
        height: facts[name]?.height,
      });
    }
  });

  test('has a storyboard whose cues point at the picture of their time', async () => {
    const vtt = await made.text('storyboard.vtt');
    const found = [...vtt.matchAll(/my%20clip_storyboard\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)/g)];
    expect(found).toHaveLength(13);
    for (const [i, [, x, y, width, height]] of found.entries()) {
      const [red = 0, green = 0] = await colorAt(made.file('storyboard.jpg'), `${width}:${height}:${x}:${y}`);
      expect(i % 2 === 0 ? red > green + 100 : green > red + 100).toBe(true);
    }
  });

  test('reports progress that never falls, with the time that is left', () => {
    const percents = made.progress.map(({ percent }) => percent);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect([...new Set(made.progress.map(({ phase }) => phase))]).toEqual([
      'analyze',
      'pictures',
      'transcode',
      'publish',
    ]);
    expect(made.progress.some(({ etaSeconds }) => etaSeconds !== undefined && etaSeconds >= 0)).toBe(true);
  });

  test('gives the very same bytes when it is made again', async () => {
    const again = await transcode(studio.directory, studio.path('720.mp4'));
    const hashes = async (one: Transcoded) =>
      Object.fromEntries(
        await Promise.all(
          [...one.outputs.keys()].sort().map(async (name) => [name, await sha256(one.file(name))]),
        ),
      );
    expect(await hashes(again)).toEqual(await hashes(made));
    expect(again.metadata).toEqual(made.metadata);
  });
});

describe('a portrait video', () => {
  test('that a phone recorded lying down comes out upright', async () => {
    // Lying on its side: the top of the world is at the left edge, where it is blue.
    await studio.make(
      'lying.mp4',
      ['color=white:s=640x360:r=30:d=2,drawbox=w=160:h=360:c=blue:t=fill'],
      ...H264,
    );
    const clip = await studio.make(
      'portrait.mp4',
      ['lying.mp4'],
      '-c',
      'copy',
      '-metadata:s:v',
      'rotate=270',
    );
    const made = await transcode(studio.directory, clip);
    expect(made.metadata).toMatchObject({
      width: 360,
      height: 640,
      video: { rotation: 90, codedWidth: 640 },
    });
    for (const name of ['480p.mp4', 'poster.jpg', 'hls/480p/index.m3u8']) {
      const { streams } = await probed(made.file(name));
      expect(streams[0]).toMatchObject({ width: 360, height: 640 });
      expect(streams[0]?.side_data_list).toBeUndefined();
      if (name.endsWith('.m3u8')) continue;
      const [top, bottom] = [
        await colorAt(made.file(name), '360:100:0:0'),
        await colorAt(made.file(name), '360:100:0:500'),
      ];
      expect(top[0]).toBeLessThan(60);
      expect(top[2]).toBeGreaterThan(190);
      expect(bottom[0]).toBeGreaterThan(200);
    }
  });
});

describe('colors', () => {
  const GREY = 'color=0x808080:s=320x180:r=30:d=1';
  test.each([
    [
      'BT.709 says so',
      'color=0xC04020:s=320x180:r=30:d=1,scale=out_color_matrix=bt709',
      ['-colorspace', 'bt709'],
      [192, 64, 32],
    ],
    [
      'a small untagged picture means BT.601',
      'color=0xC04020:s=320x180:r=30:d=1,scale=out_color_matrix=bt601',
      [],
      [192, 64, 32],
    ],
    [
      'full range',
      'color=0xC04020:s=320x180:r=30:d=1,scale=out_range=pc:out_color_matrix=bt601',
      ['-color_range', 'pc'],
      [192, 64, 32],
    ],
    ['gray stays gray', GREY, [], [128, 128, 128]],
  ])('come out as they went in: %s', async (label, source, tags, expected) => {
    const clip = await studio.make(`${label}.mkv`, [source], ...tags, '-c:v', 'ffv1', '-pix_fmt', 'yuv420p');
    const made = await transcode(studio.directory, clip, { ENABLE_HLS_TRANSCODING: false });
    for (const name of ['480p.mp4', 'poster.jpg', 'storyboard.jpg']) {
      const found = await colorAt(made.file(name), '80:60:20:20', 0);
      expect(found.map((value, i) => Math.abs(value - (expected[i] ?? 0))).every((off) => off <= 8)).toBe(
        true,
      );
    }
  });

  test('of HDR are brought into the range that every screen shows', async () => {
    // PQ code 0.58 is about 200 nits, the white of a page; taken as it is, without tone mapping, it would be a dull gray.
    const color = ':colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc';
    const clip = await studio.make(
      'white.mp4',
      ['color=0x949494:s=320x180:r=30:d=1'],
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-x265-params',
      `log-level=error${color}`,
      '-pix_fmt',
      'yuv420p10le',
    );
    const made = await transcode(studio.directory, clip);
    expect(made.metadata.video).toMatchObject({ dynamicRange: 'PQ', bitDepth: 10 });
    const [gray = 0] = await colorAt(made.file('480p.mp4'), '80:60:20:20', 0);
    expect(gray).toBeGreaterThan(165);
    expect((await probed(made.file('480p.mp4'))).streams[0]).toMatchObject({
      pix_fmt: 'yuv420p',
      color_transfer: 'bt709',
    });
  });
});

describe('a source that already is what a rendition asks for', () => {
  const SMALL = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '75', '-pix_fmt', 'yuv420p', ...AAC];
  const packets = async (file: string) => (await keyFrames(file)).length;

  test('is taken over as it is, and the smaller renditions’ segments line up with its key frames', async () => {
    const clip = await studio.make('remux.mp4', ['testsrc=s=1280x720:r=30:d=8', 'sine=d=8'], ...SMALL);
    const made = await transcode(studio.directory, clip);
    expect(
      [...made.outputs.values()].filter(({ facts }) => facts?.remuxed === true).map(({ name }) => name),
    ).toEqual(['720p.mp4']);
    expect(await packets(made.file('720p.mp4'))).toBe(await packets(clip));
    expect(await keyFrames(made.file('480p.mp4'))).toEqual(await keyFrames(clip));
    const [one, two] = await Promise.all([
      made.text('hls/720p/index.m3u8'),
      made.text('hls/480p/index.m3u8'),
    ]);
    expect(starts(one).length).toBeGreaterThan(1);
    expect(starts(two)).toEqual(starts(one));
    expect(made.degraded).toEqual([]);
  });

  test.each([
    ['in Matroska', 'alone.mkv', []],
    ['without B-frames', 'baseline.mp4', ['-profile:v', 'baseline']],
  ])('is taken over %s', async (_label, name, args) => {
    const clip = await studio.make(name, ['testsrc=s=854x480:r=30:d=3', 'sine=d=3'], ...SMALL, ...args);
    const made = await transcode(studio.directory, clip);
    expect(made.outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: true });
    expect(Number((await probed(made.file('480p.mp4'))).format.duration)).toBeCloseTo(3, 1);
  });

  test.each([
    ['its bitrate is above the rendition’s', 'testsrc2=s=320x180:r=30:d=2', ['-crf', '4']],
    ['it is turned', 'testsrc=s=320x180:r=30:d=2', ['-metadata:s:v', 'rotate=90']],
    [
      'its key frames are too far apart for segments',
      'testsrc=s=320x180:r=30:d=12',
      ['-g', '999', '-sc_threshold', '0'],
    ],
  ])('is encoded where %s', async (_label, picture, args) => {
    await studio.make(
      'not-yet.mp4',
      [picture],
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      ...args,
    );
    const clip = await studio.make(
      'encode.mp4',
      ['not-yet.mp4'],
      '-c',
      'copy',
      ...(args[0] === '-metadata:s:v' ? args : []),
    );
    const made = await transcode(studio.directory, clip);
    expect(made.outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: false });
  });
});

describe('what else a file carries', () => {
  test('is not passed on: neither position nor titles nor subtitles, and of several sound tracks the default', async () => {
    await studio.save('words.srt', '1\n00:00:00,000 --> 00:00:01,000\nhello\n');
    const secrets = [
      '-metadata',
      'location=+48.8577+002.2950/',
      '-metadata',
      'com.apple.quicktime.location.ISO6709=+48.8577+002.2950/',
    ];
    const titles = [
      '-metadata',
      'title=a secret',
      '-metadata:s:v',
      'title=hush',
      '-metadata',
      'creation_time=2020-01-02T03:04:05Z',
    ];
    const tracks = [
      '-map',
      '0',
      '-map',
      '1',
      '-map',
      '2',
      '-map',
      '3',
      '-disposition:a:0',
      '0',
      '-disposition:a:1',
      'default',
    ];
    const clip = await studio.make(
      'loaded.mov',
      ['testsrc=s=320x180:r=30:d=2', 'sine=f=200:d=2', 'sine=f=3000:d=2,pan=stereo|c0=c0|c1=c0', 'words.srt'],
      ...[
        ...tracks,
        '-c:v',
        'libx264',
        '-pix_fmt',
        'yuv420p',
        ...AAC,
        '-c:s',
        'mov_text',
        ...secrets,
        ...titles,
        '-movflags',
        'use_metadata_tags',
      ],
    );
    expect((await studio.read('loaded.mov')).includes('48.8577')).toBe(true);
    const made = await transcode(studio.directory, clip);
    expect(made.outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: true });
    for (const name of made.outputs.keys()) {
      const bytes = await readFile(made.file(name));
      expect(
        ['48.8577', 'a secret', 'hush', 'hello', '2020'].filter((secret) => bytes.includes(secret)),
      ).toEqual([]);
    }
    expect(JSON.stringify(made.metadata)).not.toMatch(/48\.8577|secret|hush|hello/);
    expect(made.metadata).toMatchObject({
      createdAt: '2020-01-02T03:04:05Z',
      audio: [
        { isKept: false, channels: 1 },
        { isKept: true, channels: 2 },
      ],
      dropped: { audio: [{ codec: 'aac' }], subtitles: [{ codec: 'mov_text' }] },
    });
    const { streams } = await probed(made.file('480p.mp4'));
    expect(streams.map(({ codec_type, channels }) => [codec_type, channels])).toEqual([
      ['video', undefined],
      ['audio', 2],
    ]);
  });

  test('without HLS there is no HLS work, only files and pictures', async () => {
    const clip = await studio.make('plain.mp4', [PICTURE, SOUND], ...H264, ...AAC);
    const made = await transcode(studio.directory, clip, { ENABLE_HLS_TRANSCODING: false });
    expect([...made.outputs.keys()].sort()).toEqual(['480p.mp4', ...PICTURES]);
    expect(await made.left()).toEqual(['source']);
  });
});
