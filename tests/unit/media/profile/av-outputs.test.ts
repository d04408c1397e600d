import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseProfile } from '../../../../media/profile/profile.ts';
import { type ClipStudio, clipStudio, colorAt, H264, probed } from '../../../support/clips.ts';
import { madeByProfile } from '../../../support/made-by-profile.ts';
import { changed } from './changed-profile.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

/** Publishes a clip's outputs into the studio. */
async function made(section: 'audio' | 'video', value: object, clip: string) {
  const { outputs, manifest } = await madeByProfile(parseProfile(changed(section, value)), studio.path(clip));
  for (const [name, body] of outputs) {
    await mkdir(dirname(studio.path(`${section}/${name}`)), { recursive: true });
    await studio.save(`${section}/${name}`, body);
  }
  return {
    names: [...outputs.keys()].sort(),
    manifest,
    outputs,
    file: (name: string) => studio.path(`${section}/${name}`),
  };
}

describe('a recording by a profile of its own', () => {
  const outputs = [
    { name: 'voice', codec: 'opus', kilobitsPerChannel: 24 },
    { name: 'small-mp3-but-good', codec: 'mp3', kilobitsPerChannel: 32 },
    { name: 'music', codec: 'mp3', kilobitsPerChannel: 96 },
    { name: 'music', codec: 'aac', kilobitsPerChannel: 48 },
  ];
  let result: Awaited<ReturnType<typeof made>>;
  beforeAll(async () => {
    await studio.make('noise.wav', ['anoisesrc=d=3:c=pink:r=48000'], '-ac', '2');
    result = await made(
      'audio',
      { outputs, loudness: { integratedLufs: -20, truePeakDbtp: -2 } },
      'noise.wav',
    );
  });

  test('has its files, with the waveform and nothing else', () => {
    expect(result.names).toEqual([
      ...['manifest.json', 'metadata.json', 'music.m4a', 'music.mp3', 'small-mp3-but-good.mp3'],
      ...['voice.ogg', 'waveform.json', 'waveform.png'],
    ]);
  });

  test.each([
    ['voice.ogg', 'opus', 48_000],
    ['small-mp3-but-good.mp3', 'mp3', 64_000],
    ['music.mp3', 'mp3', 192_000],
    ['music.m4a', 'aac', 96_000],
  ])('%s is %s in stereo of %d bit/s', async (name, codec, bitrate) => {
    const { streams, format } = await probed(result.file(name));
    expect(streams.map(({ codec_name, channels }) => [codec_name, channels])).toEqual([[codec, 2]]);
    expect(Math.abs(Number(format.duration) - 3)).toBeLessThan(0.1);
    const bytes = result.outputs.get(name)?.length ?? 0;
    expect(Math.abs((bytes * 8) / 3 / bitrate - 1)).toBeLessThan(0.25);
  });
});

describe('a video by a profile of its own', () => {
  const profile = {
    renditions: [
      { name: 'phone', shortSide: 240, crf: 30, maxBitrate: 400_000 },
      { name: '360p', shortSide: 360, crf: 28, maxBitrate: 800_000 },
    ],
    hls: false,
    poster: { shortSide: 200, atSeconds: 3.5 },
    thumbnails: [{ name: 'thumb_small', side: 64 }],
    storyboard: { tileSide: 80, intervalSeconds: 2, maxTiles: 100 },
  };
  let result: Awaited<ReturnType<typeof made>>;
  beforeAll(async () => {
    const source = "color=red:s=640x360:r=25:d=6,drawbox=c=lime:t=fill:enable='gte(t,3)*lt(t,4)'";
    await studio.make('film.mp4', [source, 'sine=d=6'], ...H264, '-c:a', 'aac');
    result = await made('video', profile, 'film.mp4');
  });

  test('has its files and no HLS', () => {
    expect(result.names).toEqual([
      ...['360p.mp4', 'manifest.json', 'metadata.json', 'phone.mp4', 'poster.jpg'],
      ...['storyboard.jpg', 'storyboard.vtt', 'thumb_small.jpg'],
    ]);
  });

  test.each([
    ['phone.mp4', 426, 240],
    ['360p.mp4', 640, 360],
  ])('%s has %d×%d pixels', async (name, width, height) => {
    const { streams, format } = await probed(result.file(name));
    const [track] = streams.filter(({ codec_type }) => codec_type === 'video');
    expect(track).toMatchObject({ codec_name: 'h264', width, height });
    expect(Math.abs(Number(format.duration) - 6)).toBeLessThan(0.1);
  });

  test.each([
    ['poster.jpg', 356, 200],
    ['thumb_small.jpg', 64, 36],
  ])('%s shows the second that is green, in %d×%d pixels', async (name, width, height) => {
    const { streams } = await probed(result.file(name));
    expect(streams).toEqual([expect.objectContaining({ codec_name: 'mjpeg', width, height })]);
    const [red = 0, green = 0] = await colorAt(result.file(name), 'iw:ih:0:0');
    expect(green).toBeGreaterThan(red + 100);
  });

  test('has a tile for every two seconds', async () => {
    const { streams } = await probed(result.file('storyboard.jpg'));
    expect(streams).toEqual([expect.objectContaining({ width: 3 * 80, height: 46 })]);
    const cues = result.outputs
      .get('storyboard.vtt')
      ?.toString()
      .match(/^\d\d:.*$/gm);
    expect(cues).toEqual([
      '00:00:00.000 --> 00:00:02.000',
      '00:00:02.000 --> 00:00:04.000',
      '00:00:04.000 --> 00:00:06.000',
    ]);
  });

  test('has a poster of its last frame where the position is after its end', async () => {
    const late = {
      ...profile,
      renditions: [profile.renditions[0]],
      poster: { shortSide: 200, atSeconds: 1000 },
    };
    const { file } = await made('video', late, 'film.mp4');
    const [red = 0, green = 0] = await colorAt(file('poster.jpg'), 'iw:ih:0:0');
    expect(red).toBeGreaterThan(green + 100);
  });

  test('has HLS of a rendition under its name, where it shall', async () => {
    const { file, names, outputs } = await made(
      'video',
      { ...profile, renditions: [profile.renditions[0]], hls: true, thumbnails: [] },
      'film.mp4',
    );
    expect(names).toEqual(expect.arrayContaining(['hls/master.m3u8', 'hls/phone/index.m3u8', 'phone.mp4']));
    expect(names).not.toContain('thumb_small.jpg');
    expect(outputs.get('hls/master.m3u8')?.toString()).toContain('\nphone/index.m3u8\n');
    const { streams } = await probed(file('hls/phone/index.m3u8'));
    expect(streams[0]).toMatchObject({ codec_name: 'h264', width: 426, height: 240 });
  });
});
