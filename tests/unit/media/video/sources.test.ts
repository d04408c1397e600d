import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type ClipStudio,
  clipStudio,
  H264,
  keyFrames,
  PICTURE,
  probed,
  SOUND,
} from '../../../support/clips.ts';
import { transcode } from './transcode.ts';

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

const AAC = ['-c:a', 'aac'];
const VFR = ['-vf', "select='not(mod(n,3))+lt(mod(n,20),10)'", '-vsync', 'vfr'];
const X265 = (color: string) => [
  '-c:v',
  'libx265',
  '-preset',
  'ultrafast',
  '-x265-params',
  `log-level=error${color}`,
  '-pix_fmt',
  'yuv420p10le',
];
const HDR = (transfer: string) => X265(`:colorprim=bt2020:transfer=${transfer}:colormatrix=bt2020nc`);

interface Case {
  name: string;
  from: readonly string[];
  args: readonly string[];
  /** Of 480p.mp4. */
  size?: string;
  rate?: string;
  channels?: number;
  seconds?: number;
}

const CASES: readonly Case[] = [
  {
    name: '29.97 frames a second.mov',
    from: ['testsrc2=s=320x180:r=30000/1001:d=2', SOUND],
    args: [...H264, ...AAC],
    rate: '30000/1001',
  },
  {
    name: '60 frames a second.mp4',
    from: ['testsrc2=s=320x180:r=60:d=2', SOUND],
    args: [...H264, ...AAC],
    rate: '60/1',
  },
  {
    name: '120 frames a second.mp4',
    from: ['testsrc2=s=320x180:r=120:d=2', SOUND],
    args: [...H264, ...AAC],
    rate: '60/1',
  },
  {
    name: 'a picture every two seconds.mp4',
    from: ['testsrc2=s=320x180:r=1/2:d=6'],
    args: H264,
    rate: '10/1',
    seconds: 6,
    channels: 0,
  },
  {
    name: 'variable frame rate.mp4',
    from: [PICTURE, SOUND],
    args: [...VFR, ...H264, ...AAC],
    rate: '24/1',
  },
  {
    name: 'Matroska with 5.1 sound.mkv',
    from: [PICTURE, 'sine=d=2,pan=5.1|FL=c0|FC=c0'],
    args: [...H264, '-c:a', 'ac3'],
  },
  {
    name: 'WebM.webm',
    from: [PICTURE, SOUND],
    args: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libvorbis'],
    channels: 1,
  },
  {
    name: 'WebM as a browser records it, without a length.webm',
    from: [PICTURE, SOUND],
    args: ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus', '-live', '1'],
    channels: 1,
  },
  { name: 'AVI.avi', from: [PICTURE, SOUND], args: ['-c:v', 'mpeg4', '-c:a', 'libmp3lame'], channels: 1 },
  {
    name: 'transport stream, interlaced.ts',
    from: [PICTURE, SOUND],
    args: ['-vf', 'interlace', '-c:v', 'mpeg2video', '-flags', '+ilme+ildct', '-c:a', 'mp2'],
    rate: '15/1',
    channels: 1,
  },
  { name: 'Windows Media.wmv', from: [PICTURE, SOUND], args: ['-c:v', 'wmv2', '-c:a', 'wmav2'], channels: 1 },
  {
    name: 'ProRes.mov',
    from: [PICTURE, SOUND],
    args: ['-c:v', 'prores_ks', '-c:a', 'pcm_s16le'],
    channels: 1,
  },
  {
    name: 'odd dimensions.mp4',
    from: ['testsrc2=s=321x181:r=25:d=2'],
    args: ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p'],
    size: '320x180',
    rate: '25/1',
    channels: 0,
  },
  {
    name: 'wide pixels.mp4',
    from: [PICTURE, SOUND],
    args: ['-vf', 'setsar=4/3', ...H264, ...AAC],
    size: '426x180',
    channels: 1,
  },
  { name: 'no sound.mp4', from: [PICTURE], args: H264, channels: 0 },
  { name: '10 bit.mp4', from: [PICTURE, SOUND], args: [...X265(''), ...AAC], channels: 1 },
  { name: 'HDR10.mp4', from: [PICTURE, SOUND], args: [...HDR('smpte2084'), ...AAC], channels: 1 },
  { name: 'HLG.mov', from: [PICTURE, SOUND], args: [...HDR('arib-std-b67'), ...AAC], channels: 1 },
  {
    name: 'sound that begins later.mkv',
    from: [PICTURE, 'sine=d=1,adelay=0'],
    args: ['-af', 'asetpts=PTS+1/TB', ...H264, ...AAC],
    channels: 1,
  },
  {
    name: 'sound that goes on for long.mp4',
    from: [PICTURE, 'sine=d=5'],
    args: [...H264, ...AAC],
    channels: 1,
    seconds: 5,
  },
  {
    name: 'a single picture.mp4',
    from: [PICTURE],
    args: ['-frames:v', '1', ...H264],
    seconds: 1 / 30,
    channels: 0,
  },
];

describe('a source with', () => {
  test.each(CASES)(
    '$name becomes MP4 and HLS that last as long, with what every player plays',
    async (one) => {
      const { size = '320x180', rate = '30/1', seconds = 2 } = one;
      const made = await transcode(studio.directory, await studio.make(one.name, one.from, ...one.args));
      expect(made.degraded).toEqual([]);
      const { streams, format } = await probed(made.file('480p.mp4'));
      const [video, audio] = streams;
      expect(video).toMatchObject({
        ...{ codec_name: 'h264', pix_fmt: 'yuv420p', field_order: 'progressive', sample_aspect_ratio: '1:1' },
        ...{ color_space: 'bt709', color_transfer: 'bt709', color_primaries: 'bt709', color_range: 'tv' },
        r_frame_rate: rate,
      });
      expect(`${video?.width}x${video?.height}`).toBe(size);
      expect(audio?.channels ?? 0).toBe(one.channels ?? audio?.channels);
      if (audio) expect(audio).toMatchObject({ codec_name: 'aac', profile: 'LC' });
      expect(Math.abs(Number(format.duration) - seconds)).toBeLessThan(Math.max(seconds * 0.01, 0.12));
      const playlist = await made.text('hls/480p/index.m3u8');
      const sum = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].reduce(
        (total, [, length]) => total + Number(length),
        0,
      );
      expect(Math.abs(sum - seconds)).toBeLessThan(Math.max(seconds * 0.01, 0.12));
      // A picture every 2 s to begin at: players seek to them, and segments begin there.
      const grid = Array.from({ length: Math.ceil(seconds / 2) }, (_, i) => i * 2);
      expect(await keyFrames(made.file('480p.mp4'))).toEqual(
        expect.arrayContaining(grid.map((at) => expect.closeTo(at, 1))),
      );
      expect((await made.left()).filter((name) => /\.(m4s|jpg)$|p\.mp4$/.test(name))).toEqual([]);
    },
  );
});
