import { copyFile, mkdir, mkdtemp, readdir, readFile, readlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MAY_BE_CUT } from '../../../../media/audio/expected-length.ts';
import { transcodeFile } from '../../../../media/audio/transcode-file.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import { soundStudio } from '../../../support/sound.ts';
import { CONFIG, transcode } from './transcode.ts';

const REFUSE = { config: { ...CONFIG, TRUNCATED_MEDIA: 'refuse' as const } };

let studio: Awaited<ReturnType<typeof soundStudio>>;
beforeAll(async () => {
  studio = await soundStudio();
});
afterAll(() => studio.remove());

const NOISE = 'anoisesrc=a=0.4:r=44100:seed=6:d=3';

/** Transcodes a file of these bytes; gives the error's name and what was published before it. */
async function refusal(bytes: Buffer, changes: Parameters<typeof transcode>[2] = {}) {
  await writeFile(studio.path('hostile'), bytes);
  const published: string[] = [];
  const emit = async ({ name }: { name: string }) => {
    published.push(name);
  };
  const error = await transcode(studio.directory, studio.path('hostile'), { emit, ...changes }).then(
    () => ({ name: 'taken' }),
    (thrown: Error) => thrown,
  );
  return { name: error.name, published };
}

const corrupt = { name: 'CorruptMedia', published: [] };

describe('a recording that was cut short', () => {
  test.each<[string, string, string[], boolean]>([
    ['MP3', 'a.mp3', [], true],
    ['MP3 of variable bitrate', 'v.mp3', ['-q:a', '4'], true],
    ['WAV', 'a.wav', [], true],
    ['Wave64', 'a.w64', [], true],
    ['FLAC', 'a.flac', [], true],
    ['Opus', 'a.opus', ['-page_duration', '200000'], true],
    ['Vorbis', 'a.ogg', ['-c:a', 'libvorbis', '-page_duration', '200000'], true],
    ['M4A with its index last', 'a.m4a', [], false],
    ['M4A with its index first', 'f.m4a', ['-movflags', 'faststart'], true],
    ['Apple Lossless with its index first', 'l.m4a', ['-c:a', 'alac', '-movflags', 'faststart'], true],
    ['fragmented MP4', 'g.mp4', ['-movflags', 'empty_moov', '-frag_duration', '500000'], true],
    ['Matroska', 'a.mka', ['-c:a', 'libvorbis'], true],
    ['AIFF', 'a.aiff', [], true],
    ['CAF', 'a.caf', [], true],
    ['WMA', 'a.wma', [], true],
  ])(
    '%s is refused or its playable part kept, as the setting says',
    async (_label, name, args, isPlayable) => {
      const whole = await readFile(await studio.make(name, NOISE, ...args));
      for (const share of [0.35, 0.93]) {
        const cut = whole.subarray(0, Math.floor(whole.length * share));
        expect({ share, ...(await refusal(cut, REFUSE)) }).toEqual({ share, ...corrupt });
        if (!isPlayable) {
          expect({ share, ...(await refusal(cut)) }).toEqual({ share, ...corrupt });
          continue;
        }
        const { metadata, degraded } = await transcode(studio.directory, await studio.save('cut', cut));
        expect(metadata.durationSeconds).toBeGreaterThan(3 * share - 0.7);
        expect(metadata.durationSeconds).toBeLessThan(3 * share + 0.3);
        expect(degraded).toContainEqual(
          expect.stringMatching(/^The file is truncated: .*\. Its playable part was used\.$/),
        );
      }
    },
  );

  test('to next to nothing is refused', async () => {
    const whole = await readFile(await studio.make('left.wav', NOISE));
    expect(await refusal(whole.subarray(0, 44_100 * 2 * 0.4))).toEqual(corrupt);
    expect((await refusal(whole.subarray(0, 44_100 * 2 * 0.6))).name).toBe('taken');
  });
});

test('an MP3 that ends within its last frames is transcoded with a doubt', async () => {
  const whole = await readFile(await studio.make('last.mp3', NOISE, '-q:a', '4'));
  const cut = await studio.save('cut.mp3', whole.subarray(0, -126));
  expect((await transcode(studio.directory, studio.path('last.mp3'))).degraded).toEqual([]);
  expect((await transcode(studio.directory, cut)).degraded).toContain(MAY_BE_CUT);
});

describe('one bad spot', () => {
  const PAGES = ['-page_duration', '200000'];
  test.each<[string, string[]]>([
    ['spot.flac', []],
    ['spot.opus', PAGES],
    ['spot.ogg', PAGES],
    ['spot.m4a', []],
  ])(
    'in the middle of %s fails its checksum or decoder: the rest stays at its time, and that is said',
    async (name, args) => {
      const bytes = await readFile(await studio.make(name, NOISE, ...args));
      const middle = Math.floor(bytes.length * 0.6);
      for (let i = 0; i < 12; i++) bytes.writeUInt8(bytes.readUInt8(middle + i) ^ 0xa5, middle + i);
      const { metadata, degraded } = await transcode(studio.directory, await studio.save('spot', bytes));
      expect(metadata.durationSeconds).toBeCloseTo(3, 1);
      expect(degraded).toContainEqual(expect.stringMatching(/damaged|missing/));
    },
  );

  test('in an MP3 of one second costs a frame', async () => {
    const bytes = await readFile(
      await studio.make('second.mp3', 'anoisesrc=a=0.4:r=44100:seed=6:d=1', '-b:a', '128k'),
    );
    // The second of its frames that is no header: its sync word is lost.
    const frame = bytes.indexOf(bytes.subarray(bytes.indexOf(Buffer.from([0xff, 0xfb])), 2), 6000);
    bytes.fill(0, frame, frame + 300);
    const { metadata } = await transcode(studio.directory, await studio.save('bad.mp3', bytes));
    expect(metadata.durationSeconds).toBeGreaterThan(0.9);
  });

  test.each(['ruin.flac', 'ruin.mp3', 'ruin.m4a'])('%s that is mostly damage is refused', async (name) => {
    const bytes = await readFile(await studio.make(name, NOISE));
    for (let at = Math.floor(bytes.length * 0.1); at < bytes.length * 0.98; at++)
      bytes[at] = (bytes[at] ?? 0) ^ (at * 7 + 1);
    expect(await refusal(bytes)).toEqual(corrupt);
  });
});

describe('what is no recording is refused', () => {
  const wav = (sample: number) => {
    const data = Buffer.from(new Float32Array(44_100).fill(sample).buffer);
    const header = Buffer.alloc(44);
    header.write('RIFF____WAVEfmt ', 'latin1');
    header.writeUInt32LE(36 + data.length, 4);
    header.writeUInt32LE(16, 16);
    for (const [at, value] of [
      [20, 3],
      [22, 1],
      [32, 4],
      [34, 32],
    ] as const)
      header.writeUInt16LE(value, at);
    header.writeUInt32LE(44_100, 24);
    header.writeUInt32LE(176_400, 28);
    header.write('data', 36, 'latin1');
    header.writeUInt32LE(data.length, 40);
    return Buffer.concat([header, data]);
  };

  test.each<[string, string, Buffer]>([
    ['nothing', 'CorruptMedia', Buffer.alloc(0)],
    ['text', 'CorruptMedia', Buffer.from('Dear Sir or Madam, '.repeat(500))],
    [
      'an HLS playlist',
      'UnsupportedMediaType',
      Buffer.from('#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n'),
    ],
    ['samples that are no numbers', 'CorruptMedia', wav(Number.NaN)],
    ['samples beyond all sound', 'CorruptMedia', wav(1e30)],
  ])('%s: %s', async (_label, name, bytes) => {
    expect(await refusal(bytes)).toEqual({ name, published: [] });
  });

  test.each([1, 3, 16])('%i samples, of which no encoder makes a file', async (samples) => {
    const file = await studio.make('few.wav', NOISE, '-af', `atrim=end_sample=${samples}`);
    for (const ENABLE_LOUDNESS_NORMALIZATION of [false, true]) {
      const config = { ...CONFIG, ENABLE_LOUDNESS_NORMALIZATION };
      await expect(transcode(studio.directory, file, { config })).rejects.toMatchObject({
        name: 'CorruptMedia',
        message: `Expected at least 45 samples of audio, got ${samples}.`,
      });
    }
  });

  test('a codec that is not allowed, by its name', async () => {
    const file = await studio.make('real.mka', 'sine=r=8000:d=1', '-c:a', 'real_144');
    await expect(transcode(studio.directory, file)).rejects.toMatchObject({
      name: 'UnsupportedMediaType',
      message: 'Expected an audio track in a supported codec, got ra_144.',
    });
  });

  test('an encrypted recording, which says so', async () => {
    const key = ['-encryption_key', '76a6c65c5ea762046bd749a2e632ccbb'];
    const kid = ['-encryption_kid', 'a7e61c373e219033c21091fa607bf3b8'];
    const scheme = ['-encryption_scheme', 'cenc-aes-ctr'];
    const file = await studio.make('drm.mp4', NOISE, '-c:a', 'aac', ...scheme, ...key, ...kid);
    await expect(transcode(studio.directory, file)).rejects.toMatchObject({
      name: 'UnsupportedMediaType',
      message: expect.stringMatching(/encrypted.*DRM/),
    });
  });

  test('a picture', async () => {
    const picture = await readFile(await studio.make('still.gif', 'testsrc=s=64x64:d=1', '-frames:v', '1'));
    expect((await refusal(picture)).name).toBe('UnsupportedMediaType');
  });
});

describe('ten hours where four are allowed are refused before anything is decoded', () => {
  test('in 36 MB of MP3, whose header says nothing', async () => {
    const piece = await readFile(
      await studio.make(
        'piece.mp3',
        'anullsrc=r=8000:cl=mono:d=10',
        '-b:a',
        '8k',
        '-write_xing',
        '0',
        '-id3v2_version',
        '0',
      ),
    );
    const { name } = await refusal(Buffer.concat(Array.from({ length: 3600 }, () => piece)));
    expect(name).toBe('DurationTooLong');
  });

  test('in 576 MB of WAV', async () => {
    const header = (await readFile(await studio.make('w.wav', 'anullsrc=r=8000:cl=mono:d=1'))).subarray(
      0,
      1000,
    );
    header.writeUInt32LE(576_000_000, header.indexOf('data') + 4);
    await writeFile(studio.path('long.wav'), header);
    await truncate(studio.path('long.wav'), header.indexOf('data') + 8 + 576_000_000);
    await expect(transcode(studio.directory, studio.path('long.wav'))).rejects.toMatchObject({
      name: 'DurationTooLong',
    });
  });

  test('and where neither header nor packets tell, as soon as the sound itself does', async () => {
    const flac = await readFile(await studio.make('lying.flac', NOISE));
    // Total samples in STREAMINFO: this many are announced, three seconds follow.
    flac.writeUInt8(flac.readUInt8(21) & 0xf0, 21);
    flac.writeUInt32BE(44_100, 22);
    const config = { ...CONFIG, MAX_AUDIO_SECONDS: 2 };
    expect(await refusal(flac, { config })).toEqual({ name: 'DurationTooLong', published: [] });
  });
});

test('told to stop, it ends within seconds, publishes nothing and leaves no process behind', async () => {
  const stop = new AbortController();
  const source = await readFile(
    await studio.make('long.flac', 'anoisesrc=a=0.4:r=48000:d=300', '-ac', '2', '-compression_level', '0'),
  );
  const onProgress = ({ phase, percent }: { phase: string; percent: number }) => {
    if (phase === 'transcode' && percent > 21) stop.abort();
  };
  expect(await refusal(source, { signal: stop.signal, onProgress })).toEqual({
    name: 'Interrupted',
    published: [],
  });
  expect(await processesIn(studio.directory)).toEqual([]);
});

test('an encoder that fails is our fault, not the file’s, and ends all the others', async () => {
  const directory = await mkdtemp(studio.path('broken-'));
  await studio.make('long.wav', 'anoisesrc=a=0.4:r=48000:d=60', '-ac', '2');
  await copyFile(studio.path('long.wav'), join(directory, 'source'));
  await mkdir(join(directory, 'audio.ogg'));
  const published: string[] = [];
  const work = transcodeFile({
    profile: DEFAULT_PROFILE.audio,
    ...{ directory, source: 'source', config: CONFIG, signal: new AbortController().signal },
    onProgress: () => {},
    emit: async ({ name }) => {
      published.push(name);
    },
  });
  await expect(work).rejects.toThrow('The opus encoder failed');
  await expect(work).rejects.toHaveProperty('name', 'Error');
  expect(published).toEqual([]);
  expect(await processesIn(directory)).toEqual([]);
});

/** Processes whose working directory lies below this one (Linux). */
async function processesIn(directory: string): Promise<string[]> {
  const all = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const places = await Promise.all(all.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')));
  return places.filter((place) => place.startsWith(directory));
}
