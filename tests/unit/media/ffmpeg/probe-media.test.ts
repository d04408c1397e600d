import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { probeMedia } from '../../../../media/ffmpeg/probe-media.ts';
import { type ClipStudio, clipStudio, H264, PICTURE, SOUND } from '../../../support/clips.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

const probe = (input: string) => probeMedia({ input, cwd: studio.directory, maxPixels: 1e7 });

describe('the probe', () => {
  test('tells tracks apart, cover and subtitles included', async () => {
    await studio.save('words.srt', '1\n00:00:00,000 --> 00:00:01,000\nhello\n');
    await studio.make('cover.png', ['color=red:s=64x64'], '-frames:v', '1');
    await studio.make(
      'song.mp4',
      [PICTURE, SOUND, 'words.srt', 'cover.png'],
      ...[
        '-map',
        '0',
        '-map',
        '1',
        '-map',
        '2',
        '-map',
        '3',
        ...H264,
        '-c:a',
        'aac',
        '-c:s',
        'mov_text',
        '-c:v:1',
        'png',
      ],
      ...['-disposition:v:1', 'attached_pic', '-metadata', 'TITLE=Blue', '-metadata:s:a', 'language=fra'],
    );
    expect(await probe('song.mp4')).toMatchObject({
      format: 'mov,mp4,m4a,3gp,3g2,mj2',
      durationSeconds: expect.closeTo(2, 1),
      tags: { title: 'Blue' },
      video: [
        {
          codec: 'h264',
          width: 320,
          height: 180,
          rotation: 0,
          pixelAspect: 1,
          bitDepth: 8,
          averageFrameRate: { numerator: 30, denominator: 1 },
        },
      ],
      audio: [{ codec: 'aac', channels: 1, sampleRate: 44_100, language: 'fra' }],
      pictures: [{ codec: 'png', width: 64, height: 64 }],
      subtitles: [{ codec: 'mov_text' }],
      otherTracks: 0,
    });
  });

  test.each([
    ['rotate=90', 270],
    ['rotate=180', 180],
    ['rotate=270', 90],
  ])('tells how a player turns the picture: %s, as ffmpeg 5.1 writes it', async (tag, rotation) => {
    await studio.make('flat.mp4', [PICTURE], ...H264);
    await studio.make('turned.mp4', ['flat.mp4'], '-c', 'copy', '-metadata:s:v', tag);
    expect((await probe('turned.mp4')).video[0]).toMatchObject({ rotation, hasDisplayMatrix: true });
  });

  test('tells bit depth, pixel shape, colors and interlacing', async () => {
    const color = 'colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc';
    await studio.make(
      'hdr.mp4',
      [PICTURE],
      '-c:v',
      'libx265',
      '-x265-params',
      `log-level=error:${color}`,
      '-pix_fmt',
      'yuv420p10le',
      '-vf',
      'setsar=4/3',
    );
    expect((await probe('hdr.mp4')).video[0]).toMatchObject({
      ...{ bitDepth: 10, pixelAspect: 4 / 3, fieldOrder: 'progressive' },
      color: { space: 'bt2020nc', transfer: 'smpte2084', primaries: 'bt2020', range: 'tv' },
    });
    await studio.make(
      'fields.mkv',
      [PICTURE],
      '-vf',
      'interlace',
      '-c:v',
      'mpeg2video',
      '-flags',
      '+ilme+ildct',
    );
    expect((await probe('fields.mkv')).video[0]).toMatchObject({ fieldOrder: 'interlaced' });
  });

  test.each([
    ['text', 'hello '.repeat(100), 'CorruptMedia'],
    [
      'a playlist',
      '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nclip.ts\n#EXT-X-ENDLIST\n',
      'UnsupportedMediaType',
    ],
    ['an image', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'UnsupportedMediaType'],
  ])('refuses %s', async (_label, bytes, name) => {
    await studio.save('wrong.mp4', bytes);
    await expect(probe('wrong.mp4')).rejects.toMatchObject({ name });
  });
});
