import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ERRORS, type MediaError } from '../../../../base/errors.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import { transcodeVideo, type VideoWork } from '../../../../media/video/transcode-file.ts';
import { type ClipStudio, clipStudio, damaged, H264, probed } from '../../../support/clips.ts';
import { CONFIG, transcode } from './transcode.ts';

let studio: ClipStudio;
const AAC = ['-c:a', 'aac'];
const FAST = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
beforeAll(async () => {
  studio = await clipStudio();
  const sources = ['testsrc2=s=320x180:r=30:d=4', 'sine=d=4'];
  await studio.make('whole.mp4', sources, ...H264, ...AAC, '-movflags', '+faststart');
  await studio.make('whole.mkv', ['whole.mp4'], '-c', 'copy');
  await studio.make('whole.flv', ['whole.mp4'], '-c', 'copy');
  await studio.make(
    'whole.webm',
    sources,
    '-c:v',
    'libvpx',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    '-c:a',
    'libopus',
  );
  await studio.make('whole.wmv', sources, '-c:v', 'wmv2', '-q:v', '4', '-c:a', 'wmav2');
  await studio.make('whole.avi', sources, '-c:v', 'mpeg4', '-q:v', '4', '-c:a', 'libmp3lame');
});
afterAll(() => studio.remove());

/** The error that a file is refused with; what was published before that must not look complete. */
async function refusal(
  bytes: Buffer | string,
  config: Partial<VideoWork['config']> = {},
): Promise<MediaError> {
  const directory = await mkdtemp(join(studio.directory, 'refused-'));
  await writeFile(join(directory, 'source'), bytes);
  const emitted: string[] = [];
  const work = {
    ...{ profile: DEFAULT_PROFILE, directory, stem: 'clip', config: { ...CONFIG, ...config } },
    emit: async ({ name }: { name: string }) => {
      emitted.push(name);
    },
  };
  const error = await transcodeVideo(work).then(
    () => new Error('it was taken'),
    (reason: Error) => reason,
  );
  expect(emitted.filter((name) => /p\.mp4$|m3u8$/.test(name))).toEqual([]);
  return error as MediaError;
}

const cut = async (name: string, share: number) => {
  const whole = await studio.read(name);
  return whole.subarray(0, Math.floor(whole.length * share));
};

describe('a broken video', () => {
  test('of which no frame can be decoded is refused, though ffmpeg does not complain', async () => {
    const sources = ['testsrc2=s=128x72:r=25:d=1', 'anoisesrc=a=0.4:r=44100:seed=6:d=1'];
    await studio.make('small.flv', sources, ...FAST, ...AAC, '-fflags', '+bitexact');
    const whole = await studio.read('small.flv');
    // From the decoder's configuration into the first frame.
    const error = await refusal(Buffer.concat([whole.subarray(0, 554), whole.subarray(909)]));
    expect(error).toMatchObject({ name: 'CorruptMedia' });
  });

  test.each(['whole.mp4', 'whole.mkv', 'whole.flv', 'whole.webm', 'whole.avi', 'whole.wmv'])(
    '%s is taken while it is whole',
    async (name) => {
      expect((await transcode(studio.directory, studio.path(name))).degraded).toEqual([]);
    },
  );

  test.each(
    ['whole.mp4', 'whole.mkv', 'whole.flv', 'whole.webm', 'whole.avi', 'whole.wmv'].flatMap((name) =>
      [0.3, 0.6, 0.95].map((share) => ({ name, share })),
    ),
  )('$name cut to $share of its bytes is refused where that is set', async ({ name, share }) => {
    expect(await refusal(await cut(name, share), { TRUNCATED_MEDIA: 'refuse' })).toMatchObject({
      name: 'CorruptMedia',
      category: 'processing',
    });
  });

  test.each(['whole.mp4', 'whole.mkv', 'whole.flv', 'whole.webm', 'whole.avi', 'whole.wmv'])(
    '%s cut to 0.6 of its bytes is published as far as it goes, and says so',
    async (name) => {
      const file = await studio.save(`cut.${name}`, await cut(name, 0.6));
      const { degraded, metadata, file: published } = await transcode(studio.directory, file);
      expect(degraded).toContainEqual(expect.stringContaining('truncated'));
      expect(metadata.durationSeconds).toBeGreaterThan(1);
      expect(metadata.durationSeconds).toBeLessThan(3.2);
      const made = Number((await probed(published('480p.mp4'))).format.duration);
      expect(Math.abs(made - metadata.durationSeconds)).toBeLessThan(0.3);
    },
  );

  test('in fragments that ends in the head of one is published as far as it goes, and says so', async () => {
    const fragments = ['-c', 'copy', '-movflags', 'empty_moov', '-frag_duration', '1000000'];
    await studio.make('fragments.mp4', ['whole.mp4'], ...fragments);
    const whole = await studio.read('fragments.mp4');
    const file = await studio.save('head.mp4', whole.subarray(0, whole.lastIndexOf('moof') + 50));
    const { degraded } = await transcode(studio.directory, file);
    expect(degraded).toEqual([
      'The file is truncated: it ends in the head of a fragment. Its playable part was used.',
    ]);
  });

  test('of which 40 bits are turned over is published, and says so; most of it damaged, it is refused', async () => {
    const whole = await studio.read('whole.mp4');
    const file = await studio.save('spots.mp4', damaged(whole, 40));
    const { degraded } = await transcode(studio.directory, file);
    expect(degraded).toContainEqual(expect.stringMatching(/frames of the upload are damaged/));
    const error = await refusal(damaged(whole, 20_000));
    expect(error).toMatchObject({ name: 'CorruptMedia', category: 'processing' });
  });

  test('of which the sound is damaged says so, though its packets are copied; all of it damaged, it is refused', async () => {
    const clean = ['testsrc=s=320x180:r=30:d=4', 'sine=d=4'];
    await studio.make('copied.mp4', clean, ...FAST, ...AAC);
    const noise = (amount: string) => ['-c', 'copy', '-bsf:a', `noise=amount=${amount}`];
    await studio.make('spots.mkv', ['copied.mp4'], ...noise('if(between(n\\,60\\,62)\\,1\\,0)'));
    const { degraded, outputs } = await transcode(studio.directory, studio.path('spots.mkv'));
    expect(outputs.get('480p.mp4')?.facts).toMatchObject({ remuxed: true });
    expect(degraded).toContainEqual(expect.stringMatching(/frames of the upload are damaged/));
    await studio.make('noise.mp4', ['copied.mp4'], ...noise('1'));
    expect(await refusal(await studio.read('noise.mp4'))).toMatchObject({ name: 'CorruptMedia' });
  });

  test.each([
    ['no bytes', '', 'EmptyFile'],
    ['text that calls itself a video', 'Dear user, this is no video at all.\n'.repeat(50), 'CorruptMedia'],
    ['the first bytes of a video', '\0\0\0\x20ftypisom', 'CorruptMedia'],
  ])('that is %s is refused', async (_label, bytes, name) => {
    const error = await refusal(bytes);
    expect([error.name, ERRORS[error.name]?.status]).toEqual([name, 'REJECTED']);
  });
});

describe('a recording that has no end to miss', () => {
  test('is published with a doubt where it stops within a packet', async () => {
    await studio.make('stream.ts', ['testsrc2=s=320x180:r=30:d=2'], '-c:v', 'mpeg2video');
    const whole = await studio.read('stream.ts');
    expect((await transcode(studio.directory, studio.path('stream.ts'))).degraded).toEqual([]);
    const cut = await studio.save('cut.ts', whole.subarray(0, 188 * 400 + 100));
    expect((await transcode(studio.directory, cut)).degraded).toContainEqual(
      expect.stringContaining('no end marker'),
    );
  });

  test('is refused, where that is set, if its pages say that more should follow', async () => {
    await studio.make('whole.ogv', ['testsrc2=s=320x180:r=30:d=2'], '-c:v', 'libtheora');
    expect((await transcode(studio.directory, studio.path('whole.ogv'))).degraded).toEqual([]);
    const error = await refusal(await cut('whole.ogv', 0.6), { TRUNCATED_MEDIA: 'refuse' });
    expect(error.name).toBe('CorruptMedia');
  });
});

describe('a video above a limit', () => {
  test('of bytes, pixels, seconds or tracks is refused by name', async () => {
    const whole = await studio.read('whole.mp4');
    expect((await refusal(whole, { MAX_VIDEO_BYTES: 1000 })).name).toBe('FileTooLarge');
    expect((await refusal(whole, { MAX_VIDEO_PIXELS: 320 * 180 - 1 })).name).toBe('TooManyPixels');
    expect((await refusal(whole, { MAX_VIDEO_SECONDS: 3 })).name).toBe('DurationTooLong');
    const tracks = Array.from({ length: 257 }, () => ['-map', '0:v']).flat();
    await studio.make('many.mkv', ['whole.mp4'], ...tracks, '-c', 'copy', '-frames:v', '1');
    expect((await refusal(await studio.read('many.mkv'))).name).toBe('TooManyStreams');
  });

  test('without pictures is refused where it has no sound either; sound alone becomes what a recording becomes', async () => {
    await studio.save('words.srt', '1\n00:00:00,000 --> 00:00:01,000\nwords\n');
    await studio.make('words.mkv', ['words.srt']);
    expect((await refusal(await studio.read('words.mkv'))).name).toBe('UnsupportedMediaType');
    await studio.make('sound.mp4', ['sine=d=1'], ...AAC);
    const sound = await transcode(studio.directory, studio.path('sound.mp4'));
    expect(sound.kind).toBe('AUDIO');
    expect([...sound.outputs.keys()]).toEqual(expect.arrayContaining(['audio.mp3', 'waveform.json']));
    expect((await refusal(await studio.read('sound.mp4'), { MAX_AUDIO_SECONDS: 0.5 })).name).toBe(
      'DurationTooLong',
    );
  });

  test('that the file’s own header hides is found by its packets', async () => {
    await studio.make('live.webm', ['color=s=16x16:r=1:d=40'], '-c:v', 'libvpx', '-live', '1');
    expect((await refusal(await studio.read('live.webm'), { MAX_VIDEO_SECONDS: 20 })).name).toBe(
      'DurationTooLong',
    );
  });

  test('ten hours in a few bytes are refused before anything is decoded', async () => {
    await studio.make(
      'hours.mp4',
      ['color=s=16x16:r=1/10:d=36000'],
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
    );
    const error = await refusal(await studio.read('hours.mp4'));
    expect(error).toMatchObject({ name: 'DurationTooLong', message: expect.stringContaining('36000') });
  });

  test.each(['mkv', 'mov'])('16,000 × 16,000 pixels in a small %s are refused', async (container) => {
    await studio.save('bomb.png', png(16_000, 16_000));
    await studio.make(`bomb.${container}`, ['bomb.png'], '-c', 'copy');
    const bytes = await readFile(studio.path(`bomb.${container}`));
    expect(bytes.length).toBeLessThan(500_000);
    expect(await refusal(bytes)).toMatchObject({ name: 'TooManyPixels', category: 'processing' });
  });
});

/** A black grayscale PNG. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const pixels = deflateSync(Buffer.alloc((width + 1) * height));
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8 + body.length);
    frame.writeUInt32BE(data.length, 0);
    body.copy(frame, 4);
    frame.writeUInt32BE(crc32(body), 4 + body.length);
    return frame;
  };
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
