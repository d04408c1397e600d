import { describe, expect, test } from '@jest/globals';
import { videoCodec } from '../../../../media/video/codecs/codec-strings.ts';
import {
  averageBitrate,
  masterPlaylist,
  mediaPlaylist,
  peakBitrate,
  readPlaylist,
} from '../../../../media/video/hls.ts';

const segment = (seconds: number, bytes: number, uri = 'a.m4s') => ({ uri, seconds, bytes });
const box = (name: string, record: string) =>
  Buffer.concat([Buffer.alloc(4), Buffer.from(name), Buffer.from(record, 'hex')]);
const avcC = Buffer.from('0000002f6176634301640028ff', 'hex');

describe('an HLS playlist', () => {
  test('is read with the true sizes of its segments', () => {
    const text =
      '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:6.006000,\n00000.m4s\n#EXTINF:1.5,\n00001.m4s\n#EXT-X-ENDLIST\n';
    const sizes = new Map([
      ['00000.m4s', 100],
      ['00001.m4s', 50],
    ]);
    expect(readPlaylist(text, sizes)).toEqual([
      segment(6.006, 100, '00000.m4s'),
      segment(1.5, 50, '00001.m4s'),
    ]);
    expect(() => readPlaylist(text, new Map())).toThrow('00000.m4s');
  });

  test('says the longest segment, rounded, as its target, and that it is complete', () => {
    const lines = mediaPlaylist([segment(6.006, 1), segment(8.4, 1), segment(0.2, 1)]).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining(['#EXT-X-TARGETDURATION:8', '#EXT-X-PLAYLIST-TYPE:VOD', '#EXTINF:8.400000,']),
    );
    expect(lines.slice(-2)).toEqual(['#EXT-X-ENDLIST', '']);
  });

  test.each([
    ['equal segments', [segment(6, 6000), segment(6, 6000)], 8000, 8000],
    ['one large segment', [segment(6, 6000), segment(6, 60_000)], 80_000, 44_000],
    ['a short dense end, which is no half of a target', [segment(6, 6000), segment(1, 9000)], 17_143, 17_143],
    ['a video shorter than a second', [segment(0.3, 3000)], 80_000, 80_000],
  ])('has the bit rates of %s', (_label, segments, peak, average) => {
    expect([peakBitrate(segments), averageBitrate(segments)]).toEqual([peak, average]);
  });

  test('names its variants from the smallest up, with measured attributes', () => {
    const common = { frameRate: 30_000 / 1001, hasAudio: true, segments: [segment(6, 6000)], init: avcC };
    const text = masterPlaylist([
      { ...common, name: '1080p', width: 1920, height: 1080 },
      { ...common, name: '480p', width: 854, height: 480, hasAudio: false },
    ]);
    expect(text.split('\n').slice(3)).toEqual([
      '#EXT-X-STREAM-INF:BANDWIDTH=8000,AVERAGE-BANDWIDTH=8000,RESOLUTION=854x480,FRAME-RATE=29.970,CODECS="avc1.640028",VIDEO-RANGE=SDR',
      '480p/index.m3u8',
      '#EXT-X-STREAM-INF:BANDWIDTH=8000,AVERAGE-BANDWIDTH=8000,RESOLUTION=1920x1080,FRAME-RATE=29.970,CODECS="avc1.640028,mp4a.40.2",VIDEO-RANGE=SDR',
      '1080p/index.m3u8',
      '',
    ]);
  });

  test('has the variant that most players decode before others of its size', () => {
    const common = { frameRate: 25, hasAudio: false, segments: [segment(6, 6000)], width: 640, height: 360 };
    const text = masterPlaylist([
      { ...common, name: 'new', init: box('av1C', '81014c00') },
      { ...common, name: 'newer', init: box('hvcC', '0101600000009000000000005d') },
      { ...common, name: 'old', init: avcC },
    ]);
    expect(text.match(/\w+\/index/g)).toEqual(['old/index', 'newer/index', 'new/index']);
  });
});

describe('the name of a codec', () => {
  test.each([
    ['avcC', '01640028ff', 'avc1.640028'],
    // ISO/IEC 14496-15, E.3, and Apple's examples.
    ['hvcC', '0101600000009000000000005df000', 'hvc1.1.6.L93.90'],
    ['hvcC', '01022000000090000000000099f000', 'hvc1.2.4.L153.90'],
    ['hvcC', '012160000000b0000000000078f000', 'hvc1.1.6.H120.b0'],
    ['hvcC', '01416000000000000000000078f000', 'hvc1.A1.6.L120'],
    // https://aomediacodec.github.io/av1-isobmff/#codecsparam: `av01.0.04M.10`.
    ['av1C', '81044c00', 'av01.0.04M.10'],
    ['av1C', '81010c00', 'av01.0.01M.08'],
    ['av1C', '814ded00', 'av01.2.13H.12'],
  ])('of %s %s is %s', (name, record, codec) => {
    expect(videoCodec(box(name, record))).toBe(codec);
  });

  test('needs a description in the initialization segment', () => {
    expect(() => videoCodec(Buffer.alloc(64))).toThrow('avcC');
  });
});
