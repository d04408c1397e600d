import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { probeMedia } from '../../../../media/ffmpeg/probe-media.ts';
import { decoded, ffmpeg, loudnessOf, playedSeconds, probed, soundStudio } from '../../../support/sound.ts';
import { AUDIO, CONFIG, type Transcoded, transcode } from './transcode.ts';

let studio: Awaited<ReturnType<typeof soundStudio>>;
beforeAll(async () => {
  studio = await soundStudio();
});
afterAll(() => studio.remove());

const NOISE = 'anoisesrc=a=0.4:r=44100:seed=5';
const fileOf = (result: Transcoded, name: string) => result.files.get(name) ?? '';

describe('every kind of recording becomes MP3, M4A and Ogg of its own length', () => {
  test.each<[string, string, string, string[], { channels: number; rates: number[]; seconds: number }]>([
    [
      'one second of CD',
      'cd.wav',
      `${NOISE}:d=1`,
      ['-ac', '2'],
      { channels: 2, rates: [44_100, 44_100, 48_000], seconds: 1 },
    ],
    [
      'silence',
      'silent.flac',
      'anullsrc=r=48000:cl=stereo:d=2',
      [],
      { channels: 2, rates: [48_000, 48_000, 48_000], seconds: 2 },
    ],
    [
      '8 kHz telephone speech',
      'phone.wav',
      `${NOISE}:d=3`,
      ['-ar', '8000', '-c:a', 'pcm_mulaw'],
      { channels: 1, rates: [8000, 8000, 48_000], seconds: 3 },
    ],
    [
      '192 kHz, 24 bits',
      'studio.wav',
      `${NOISE}:d=1`,
      ['-ar', '192000', '-ac', '2', '-c:a', 'pcm_s24le'],
      { channels: 2, rates: [48_000, 48_000, 48_000], seconds: 1 },
    ],
    [
      '5.1 in AC-3',
      'film.ac3',
      'aevalsrc=sin(300*t)|0|0|0|0|0:c=5.1:d=2',
      [],
      { channels: 2, rates: [44_100, 44_100, 48_000], seconds: 2 },
    ],
    [
      'Apple Lossless at 88.2 kHz',
      'apple.m4a',
      `${NOISE}:d=1`,
      ['-ar', '88200', '-c:a', 'alac'],
      { channels: 1, rates: [44_100, 44_100, 48_000], seconds: 1 },
    ],
    [
      'a voice note in Opus',
      'note.ogg',
      `${NOISE}:d=2`,
      ['-c:a', 'libopus', '-b:a', '24k'],
      { channels: 1, rates: [48_000, 48_000, 48_000], seconds: 2 },
    ],
    [
      'an MP3 whose header is missing',
      'plain.mp3',
      `${NOISE}:d=2`,
      ['-q:a', '5', '-write_xing', '0'],
      { channels: 1, rates: [44_100, 44_100, 48_000], seconds: 2 },
    ],
    [
      'an odd rate in AIFF',
      'mac.aiff',
      `${NOISE}:d=1`,
      ['-ar', '22255'],
      { channels: 1, rates: [24_000, 24_000, 48_000], seconds: 1 },
    ],
    [
      'a bare AAC stream',
      'radio.aac',
      `${NOISE}:d=2`,
      ['-c:a', 'aac'],
      { channels: 1, rates: [44_100, 44_100, 48_000], seconds: 2 },
    ],
    [
      '50 milliseconds',
      'click.wav',
      `${NOISE}:d=0.05`,
      [],
      { channels: 1, rates: [44_100, 44_100, 48_000], seconds: 0.05 },
    ],
  ])('%s', async (_label, name, source, args, expected) => {
    const result = await transcode(studio.directory, await studio.make(name, source, ...args));
    expect([...result.files.keys()].sort()).toEqual([...AUDIO, 'waveform.json', 'waveform.png'].sort());
    expect(result.degraded).toEqual([]);
    const sounds = await Promise.all(AUDIO.map((audio) => probed(fileOf(result, audio))));
    expect(sounds.map(({ codec, channels }) => [codec, channels])).toEqual(
      ['mp3', 'aac', 'opus'].map((codec) => [codec, expected.channels]),
    );
    expect(sounds.map(({ sampleRate }) => sampleRate)).toEqual(expected.rates);
    for (const audio of AUDIO) {
      const played = await playedSeconds(fileOf(result, audio));
      // ffmpeg 5.1 plays MP3 and AAC to the end of their last frame.
      const frame = audio === 'audio.ogg' ? 0 : 1152 / (expected.rates[0] ?? 1);
      expect(played).toBeGreaterThan(expected.seconds - Math.max(0.05, expected.seconds * 0.01));
      expect(played).toBeLessThan(expected.seconds + Math.max(0.05, expected.seconds * 0.01) + frame);
    }
    expect(result.metadata).toMatchObject({ kind: 'AUDIO', audioTracks: 1 });
  });
});

test('a variable bitrate without header, whose estimated duration is far off either way, is taken at its true length', async () => {
  const bare = ['-write_xing', '0', '-id3v2_version', '0'];
  const dense = await readFile(await studio.make('dense.mp3', `${NOISE}:d=2`, '-b:a', '192k', ...bare));
  const sparse = await readFile(
    await studio.make('sparse.mp3', 'anullsrc=r=44100:cl=mono:d=8', '-b:a', '32k', ...bare),
  );
  const estimates: number[] = [];
  for (const parts of [
    [dense, sparse],
    [sparse, dense],
  ]) {
    const file = await studio.save('mixed.mp3', Buffer.concat(parts));
    const { durationSeconds } = await probeMedia({ input: file, maxPixels: 1 });
    estimates.push(Math.round(durationSeconds ?? 0));
    const { metadata } = await transcode(studio.directory, file, {
      config: { ...CONFIG, MAX_AUDIO_SECONDS: 11 },
    });
    expect(metadata.durationSeconds).toBeCloseTo(10.1, 0);
  }
  expect(estimates[0]).toBeLessThan(5);
  expect(estimates[1]).toBeGreaterThan(15);
});

test('a WAV that was streamed to its end is whole, though its header does not know its size', async () => {
  const file = await readFile(await studio.make('whole.wav', `${NOISE}:d=1`));
  file.writeUInt32LE(0xffff_ffff, file.indexOf('data') + 4);
  await writeFile(studio.path('streamed.wav'), file);
  const { metadata, degraded } = await transcode(studio.directory, studio.path('streamed.wav'));
  expect([metadata.durationSeconds, degraded]).toEqual([1, []]);
});

test('5.1 is mixed by ITU-R BS.775: the centre to both sides, the surrounds to their own, no bass channel, nothing clipped', async () => {
  // Second by second: left, centre, bass channel, right surround.
  const during = (second: number) => `*gte(t\\,${second})*lt(t\\,${second + 1})`;
  const tone = 'sin(500*2*PI*t)';
  const tones = `${tone}${during(0)}|0|${tone}${during(1)}|${tone}${during(2)}|0|${tone}${during(3)}`;
  const source = await studio.make('surround.flac', `aevalsrc=${tones}:c=5.1(side):d=4`);
  const pcm = await decoded(fileOf(await transcode(studio.directory, source), 'audio.m4a'), 'f32le');
  const samples = new Float32Array(pcm.buffer);
  const peak = (second: number, side: 0 | 1) => {
    let most = 0;
    // The middle of the second: encoders smear over the edges.
    for (let i = second * 88_200 + 30_000 + side; i < second * 88_200 + 60_000; i += 2)
      most = Math.max(most, Math.abs(samples[i] ?? 0));
    return Math.round(most * 50) / 50;
  };
  const full = 1 / (1 + Math.SQRT1_2 + Math.SQRT1_2);
  const minus3dB = full * Math.SQRT1_2;
  const nearest = (value: number) => Math.round(value * 50) / 50;
  expect([peak(0, 0), peak(0, 1)]).toEqual([nearest(full), 0]);
  expect([peak(1, 0), peak(1, 1)]).toEqual([nearest(minus3dB), nearest(minus3dB)]);
  expect([peak(2, 0), peak(2, 1)]).toEqual([0, 0]);
  expect([peak(3, 0), peak(3, 1)]).toEqual([0, nearest(minus3dB)]);
});

test('a 64 kbit/s MP3 does not swell', async () => {
  const source = await studio.make('small.mp3', `${NOISE}:d=5`, '-ac', '2', '-b:a', '64k');
  const result = await transcode(studio.directory, source);
  for (const audio of AUDIO)
    expect((await probed(fileOf(result, audio))).bitrate).toBeLessThan(64_000 * 1.07);
});

describe('loudness', () => {
  const tone = 'aevalsrc=0.1*sin(997*2*PI*t)|0.1*sin(997*2*PI*t):d=12:s=48000';

  test('is measured: 997 Hz at -20 dBFS on both sides is -20 LUFS by definition', async () => {
    const { metadata } = await transcode(studio.directory, await studio.make('tone.wav', tone));
    expect(metadata.loudness).toEqual({ integratedLufs: -20, rangeLu: 0, truePeakDbtp: -20 });
    expect(metadata).not.toHaveProperty('normalization');
  });

  test('is normalised by flag, and the gain is told', async () => {
    const config = { ...CONFIG, ENABLE_LOUDNESS_NORMALIZATION: true };
    const result = await transcode(studio.directory, studio.path('tone.wav'), { config });
    for (const audio of AUDIO) expect(await loudnessOf(fileOf(result, audio))).toBeCloseTo(-16, 0);
    expect(result.metadata).toMatchObject({
      loudness: { integratedLufs: -20 },
      normalization: { integratedLufs: -16, truePeakDbtp: -1, gainDb: 4 },
    });
  });
});

describe('tags and covers', () => {
  const tagged = async (name: string, cover: string) => {
    const picture = await studio.make(cover, 'testsrc=s=1800x900:d=1', '-frames:v', '1');
    const sound = await studio.make(
      `bare-${name}`,
      `${NOISE}:d=1`,
      '-metadata',
      'title=Été',
      '-metadata',
      'artist=Ana',
      '-metadata',
      'comment=48.1,11.5 secret',
      '-metadata',
      'date=2019-03-04',
      '-metadata',
      'track=2/9',
    );
    await ffmpeg(
      '-i',
      sound,
      '-i',
      picture,
      '-map',
      '0',
      '-map',
      '1',
      '-c',
      'copy',
      '-disposition:v',
      'attached_pic',
      studio.path(name),
    );
    return transcode(studio.directory, studio.path(name));
  };

  test.each([
    ['tagged.mp3', 'front.jpg'],
    ['tagged.flac', 'front.png'],
    ['tagged.m4a', 'front.jpg'],
  ])('%s with %s: both are read, the outputs carry neither', async (name, cover) => {
    const result = await tagged(name, cover);
    expect(result.metadata.tags).toEqual({ title: 'Été', artist: 'Ana', year: 2019, track: 2 });
    expect(result.metadata.cover).toEqual({ width: 1400, height: 700 });
    expect(result.outputs.get('cover.jpg')).toMatchObject({
      contentType: 'image/jpeg',
      facts: { width: 1400, height: 700 },
    });
    for (const audio of AUDIO) {
      const { tags, streams } = await probed(fileOf(result, audio));
      expect(streams).toBe(1);
      expect(
        Object.keys(tags).filter(
          (tag) => !/brand|minor_version|language|handler_name|vendor_id|encoder/.test(tag),
        ),
      ).toEqual([]);
      expect((await readFile(fileOf(result, audio))).includes('secret')).toBe(false);
    }
  });

  test('a cover that is no picture costs the cover, not the recording', async () => {
    const mp3 = await readFile(await studio.make('plain-cover.mp3', `${NOISE}:d=1`, '-id3v2_version', '0'));
    const image = Buffer.concat([
      Buffer.from('\0image/png\0\u0003\0', 'latin1'),
      Buffer.from('<script>alert(1)</script>'.repeat(40)),
    ]);
    const size = (bytes: number) => Buffer.from([21, 14, 7, 0].map((shift) => (bytes >> shift) & 0x7f));
    const frame = Buffer.concat([Buffer.from('APIC'), size(image.length), Buffer.from([0, 0]), image]);
    await writeFile(
      studio.path('hostile.mp3'),
      Buffer.concat([Buffer.from('ID3\u0004\0\0', 'latin1'), size(frame.length), frame, mp3]),
    );
    const result = await transcode(studio.directory, studio.path('hostile.mp3'));
    expect(result.degraded).toEqual(['The cover art cannot be read.']);
    expect([...result.files.keys()]).toEqual(expect.arrayContaining([...AUDIO]));
  });
});

test('the same file gives the same bytes, run after run', async () => {
  const source = await studio.make('again.wav', `${NOISE}:d=2`, '-ac', '2');
  const [first, second] = [
    await transcode(studio.directory, source),
    await transcode(studio.directory, source),
  ];
  expect(second.sha256).toEqual(first.sha256);
  expect(second.metadata).toEqual(first.metadata);
});

test('progress rises from phase to phase and never falls', async () => {
  const { progress } = await transcode(studio.directory, await studio.make('steps.wav', `${NOISE}:d=8`));
  const percents = progress.map(({ percent }) => percent);
  expect(percents).toEqual([...percents].sort((a, b) => a - b));
  expect([...new Set(progress.map(({ phase }) => phase))]).toEqual(['analyze', 'transcode', 'publish']);
});

test('two tracks: one is taken, and that is said', async () => {
  await studio.make(
    'two.m4a',
    `${NOISE}:d=1`,
    '-filter_complex',
    '[0:a]asplit[a][b]',
    '-map',
    '[a]',
    '-map',
    '[b]',
    '-c:a',
    'aac',
  );
  const { degraded, metadata } = await transcode(studio.directory, studio.path('two.m4a'));
  expect(degraded).toEqual(['One of 2 audio tracks was used.']);
  expect(metadata.audioTracks).toBe(2);
});
