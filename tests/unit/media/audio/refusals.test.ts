import { copyFile, mkdir, mkdtemp, readdir, readFile, readlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MAY_BE_CUT } from '../../../../media/audio/expected-length.ts';
import { transcodeFile } from '../../../../media/audio/transcode-file.ts';
import { soundStudio } from '../../../support/sound.ts';
import { CONFIG, transcode } from './transcode.ts';

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

describe('a recording that was cut short is refused, and nothing of it is published', () => {
  test.each<[string, string, string[]]>([
    ['MP3', 'a.mp3', []],
    ['MP3 of variable bitrate', 'v.mp3', ['-q:a', '4']],
    ['WAV', 'a.wav', []],
    ['FLAC', 'a.flac', []],
    ['Opus', 'a.opus', []],
    ['Vorbis', 'a.ogg', ['-c:a', 'libvorbis']],
    ['M4A', 'a.m4a', []],
    ['M4A with its index first', 'f.m4a', ['-movflags', 'faststart']],
    ['Apple Lossless with its index first', 'l.m4a', ['-c:a', 'alac', '-movflags', 'faststart']],
    ['AIFF', 'a.aiff', []],
    ['WMA', 'a.wma', []],
  ])('%s', async (_label, name, args) => {
    const whole = await readFile(await studio.make(name, NOISE, ...args));
    for (const share of [0.35, 0.93]) {
      const cut = whole.subarray(0, Math.floor(whole.length * share));
      expect({ share, ...(await refusal(cut)) }).toEqual({ share, ...corrupt });
    }
  });
});

test('an MP3 that ends within its last frames is transcoded with a doubt', async () => {
  const whole = await readFile(await studio.make('last.mp3', NOISE, '-q:a', '4'));
  const cut = await studio.save('cut.mp3', whole.subarray(0, -126));
  expect((await transcode(studio.directory, studio.path('last.mp3'))).degraded).toEqual([]);
  expect((await transcode(studio.directory, cut)).degraded).toContain(MAY_BE_CUT);
});

test.each(['a.flac', 'a.opus', 'a.ogg'])(
  'one flipped bit in the middle of %s fails its checksum',
  async (name) => {
    const bytes = await readFile(await studio.make(name, NOISE));
    const middle = Math.floor(bytes.length * 0.6);
    bytes.writeUInt8(bytes.readUInt8(middle) ^ 0x10, middle);
    expect(await refusal(bytes)).toEqual(corrupt);
  },
);

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
