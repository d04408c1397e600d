import { describe, expect, test } from '@jest/globals';
import { streamOf, withLinks } from '../../../../lambdas/serve-api/jobs/playlist.ts';

const prefix = 'tenants/acme/users/ann/media/processed/clip_';
const output = (name: string, contentType = 'video/mp4') => ({
  key: prefix + name,
  contentType,
  size: 1,
  sha256: '',
});
const m3u8 = 'application/vnd.apple.mpegurl';
const outputs = [
  output('hls/master.m3u8', m3u8),
  output('hls/480p/index.m3u8', m3u8),
  output('hls/480p/init.mp4'),
  output('hls/480p/00000.m4s'),
  output('hls/480p/00001.m4s'),
  output('hls/keys/1.bin', 'application/octet-stream'),
  output('480p.mp4'),
];
const stream = streamOf({
  manifestKey: `${prefix}manifest.json`,
  manifestVersionId: undefined,
  prefix,
  outputs,
});
const link = async (key: string) => `https://s3/${key.slice(prefix.length)}?a=$&b=$1`;
const signed = (name: string, text: string) => withLinks({ name, text }, stream, link);

describe('a playlist with links', () => {
  test('has one for every segment, and for the initialisation segment', async () => {
    const media = [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-MAP:URI="init.mp4"',
      '#EXTINF:6.000000,',
      '00000.m4s',
      '#EXTINF:2.500000,a title, "URI="',
      '00001.m4s',
      '#EXT-X-ENDLIST',
      '',
    ].join('\n');
    expect(await signed('480p/index.m3u8', media)).toBe(
      media
        .replace('init.mp4', 'https://s3/hls/480p/init.mp4?a=$$&b=$$1')
        .replace('00000.m4s', 'https://s3/hls/480p/00000.m4s?a=$$&b=$$1')
        .replace('00001.m4s', 'https://s3/hls/480p/00001.m4s?a=$$&b=$$1'),
    );
  });

  test.each([
    ['a variant', '480p/index.m3u8'],
    ['a rendition of sound', '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="480p/index.m3u8"'],
    ['key frames', '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="480p/index.m3u8"'],
    ['a comment', '# URI="480p/init.mp4"'],
    ['an empty line', ''],
    ['a file that was not published', '480p/99999.m4s'],
    ['a file of the upload outside the stream', '../480p.mp4'],
    ['a file of somebody else', '../../../../../../globex/users/bob/media/processed/x_hls/480p/00000.m4s'],
    ['a key of the bucket', `/${prefix}hls/480p/00000.m4s`],
    ['another address', 'https://elsewhere.example/480p/00000.m4s'],
    ['an address with no scheme', '//elsewhere.example/480p/00000.m4s'],
    ['data', '#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AAAA"'],
    ['an attribute that only ends like it', '#EXT-X-SESSION-DATA:DATA-ID="x",X-URI="480p/init.mp4"'],
  ])('leaves alone %s', async (_what, line) => {
    expect(await signed('master.m3u8', line)).toBe(line);
  });

  test.each([
    ['a key', '#EXT-X-KEY:METHOD=AES-128,URI="keys/1.bin",IV=0x1', 'hls/keys/1.bin'],
    ['a file named from a folder above', '480p/../480p/./init.mp4', 'hls/480p/init.mp4'],
  ])('has one for %s', async (_what, line, name) => {
    expect(await signed('master.m3u8', line)).toContain(`https://s3/${name}?`);
  });

  test('takes lines as any system ends them', async () => {
    expect(await signed('480p/index.m3u8', '#EXTM3U\r\n00000.m4s\r\n')).toBe(
      '#EXTM3U\nhttps://s3/hls/480p/00000.m4s?a=$&b=$1\n',
    );
  });
});
