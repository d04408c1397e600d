import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ClipStudio, clipStudio, H264 } from '../../../support/clips.ts';
import { transcode } from './transcode.ts';

const run = promisify(execFile);
/** From here on, viewers may notice: ITU-R BT.1359-1 gives 45 ms early and 125 ms late. We ask for less. */
const MOST_SECONDS = 0.025;

/** White for 0.2 s at each full second but the first, and a beep with it. */
const NOW = (t: string) => `gte(${t},1)*lt(mod(${t},1),0.2)`;
const FLASHES = `color=black:s=320x180:r=25:d=5,drawbox=color=white:t=fill:enable='${NOW('t')}'`;
const BEEPS = `aevalsrc='0.5*sin(6283*t)*${NOW('t')}':s=48000:d=5`;
const AAC = ['-c:a', 'aac'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-c:a', 'libopus'];

let studio: ClipStudio;
beforeAll(async () => {
  studio = await clipStudio();
});
afterAll(() => studio.remove());

/** Times in seconds at which the picture turns white, and at which sound begins. */
async function events(file: string): Promise<{ flashes: number[]; beeps: number[] }> {
  const filters = 'scale=16:9,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-';
  const { stdout } = await run('ffmpeg', [
    '-v',
    'error',
    '-i',
    file,
    '-an',
    '-vf',
    filters,
    '-f',
    'null',
    '-',
  ]);
  const frames = [...stdout.matchAll(/pts_time:([\d.]+)\s+\S*YAVG=([\d.]+)/g)];
  const isWhite = frames.map(([, , luma]) => Number(luma) > 128);
  const silence = 'silencedetect=noise=-30dB:d=0.2';
  const { stderr } = await run('ffmpeg', ['-i', file, '-vn', '-af', silence, '-f', 'null', '-']);
  return {
    flashes: frames.filter((_, i) => isWhite[i] && !isWhite[i - 1]).map(([, time]) => Number(time)),
    beeps: [...stderr.matchAll(/silence_end: ([\d.]+)/g)].map(([, time]) => Number(time)),
  };
}

/** Transcodes the file and returns, for each flash of the output, by how many seconds its beep is late. */
async function lateness(file: string, count: number): Promise<number[]> {
  const output = await transcode(studio.directory, file, { ENABLE_HLS_TRANSCODING: false });
  const { flashes, beeps } = await events(output.file('480p.mp4'));
  expect(flashes).toHaveLength(count);
  return flashes.map((flash) => {
    const nearest = beeps.reduce((best, beep) =>
      Math.abs(beep - flash) < Math.abs(best - flash) ? beep : best,
    );
    return nearest - flash;
  });
}

const inSync = (late: readonly number[]) => Math.max(...late.map(Math.abs));

describe('a beep comes with its flash', () => {
  test.each<[string, string, string[]]>([
    ['MP4 with an edit list', 'clip.mp4', [...H264, '-bf', '2', ...AAC]],
    ['Matroska that begins late', 'late.mkv', [...H264, ...AAC, '-output_ts_offset', '10']],
    ['a transport stream', 'clip.ts', [...H264, ...AAC]],
    ['AVI', 'clip.avi', ['-c:v', 'mpeg4', '-q', '4', '-c:a', 'libmp3lame']],
    ['an MPEG program stream', 'clip.mpg', ['-c:v', 'mpeg2video', '-q', '4', '-c:a', 'mp2']],
    ['FLV', 'clip.flv', [...H264, '-c:a', 'libmp3lame', '-ar', '44100']],
    ['WebM', 'clip.webm', VP8],
    ['Windows Media', 'clip.wmv', ['-c:v', 'wmv2', '-q', '4', '-c:a', 'wmav2']],
    ['QuickTime with PCM', 'clip.mov', ['-c:v', 'mjpeg', '-q', '4', '-c:a', 'pcm_s16le']],
    ['a telephone', 'clip.3gp', [...H264, '-c:a', 'aac', '-ar', '16000', '-ac', '1']],
    ['29.97 frames a second', 'ntsc.mp4', ['-r', '30000/1001', ...H264, ...AAC]],
    [
      'frames at irregular times',
      'vfr.mkv',
      ['-vf', "select='lt(mod(n,7),4)+not(mod(n,25))'", '-vsync', 'vfr', ...H264, ...AAC],
    ],
    ['pictures that are copied', 'small.mp4', ['-c:v', 'libx264', '-pix_fmt', 'yuv420p', '-g', '50', ...AAC]],
  ])('in %s', async (_what, name, codecs) => {
    expect(inSync(await lateness(await studio.make(name, [FLASHES, BEEPS], ...codecs), 4))).toBeLessThan(
      MOST_SECONDS,
    );
  });

  test.each([
    ['sound', 'a'],
    ['video', 'v'],
  ])('where the %s begins late', async (_what, late) => {
    const file = await studio.make('whole.mkv', [FLASHES, BEEPS], ...H264, ...AAC);
    const parts = ['-i', file, '-ss', '1.5', '-i', file];
    const maps = late === 'a' ? ['-map', '0:v', '-map', '1:a'] : ['-map', '1:v', '-map', '0:a'];
    const copied = ['-copyts', ...parts, ...maps, ...H264, ...AAC, studio.path('half.mp4')];
    await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...copied]);
    const beeping = (await lateness(studio.path('half.mp4'), late === 'a' ? 4 : 3)).slice(
      late === 'a' ? 1 : 0,
    );
    expect(inSync(beeping)).toBeLessThan(MOST_SECONDS);
  });

  test('where packets of sound are missing', async () => {
    const file = await studio.make('full.mkv', [FLASHES, BEEPS], ...H264, ...AAC);
    const lost = ['-bsf:a', "noise=drop='gt(n,70)*lt(n,85)'"];
    await run('ffmpeg', ['-v', 'error', '-y', '-i', file, '-c', 'copy', ...lost, studio.path('lost.mkv')]);
    expect(inSync(await lateness(studio.path('lost.mkv'), 4))).toBeLessThan(MOST_SECONDS);
  });

  test('where recordings were joined', async () => {
    await studio.make('one.ts', [FLASHES, BEEPS], ...H264, '-g', '25', ...AAC);
    await studio.make('two.ts', [FLASHES, BEEPS], ...H264, '-g', '25', ...AAC, '-output_ts_offset', '700');
    await studio.save('both.ts', Buffer.concat([await studio.read('one.ts'), await studio.read('two.ts')]));
    expect(inSync(await lateness(studio.path('both.ts'), 8))).toBeLessThan(MOST_SECONDS);
  });

  // A file need not begin all tracks at once, nor the frames of one where whole frames would be.
  test.each([
    ['encoded', '12 ms', 'mpeg4', 0.012],
    ['encoded', '21 ms', 'mpeg4', 0.021],
    ['copied', '12 ms', 'libx264', 0.012],
    ['copied', '21 ms', 'libx264', 0.021],
  ])('to the millisecond where %s pictures begin %s after the sound', async (_how, name, codec, offset) => {
    const file = await studio.make(`${codec}.mkv`, [FLASHES, BEEPS], '-c:v', codec, '-g', '50', ...AAC);
    const moved = studio.path(`${codec}-${name}.mkv`);
    const parts = ['-itsoffset', `${offset}`, '-i', file, '-i', file, '-map', '0:v', '-map', '1:a'];
    await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...parts, '-c', 'copy', moved]);
    for (const late of await lateness(moved, 4)) expect(Math.abs(late + offset)).toBeLessThan(0.004);
  });
});
