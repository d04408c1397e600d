import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { HEAD_BYTES } from '../../../../base/head-bytes.ts';
import { detectMediaType } from '../../../../media/kinds/detect-media-type.ts';
import { ffmpeg, soundStudio } from '../../../support/sound.ts';
import { transcode } from '../audio/transcode.ts';

let studio: Awaited<ReturnType<typeof soundStudio>>;
beforeAll(async () => {
  studio = await soundStudio();
});
afterAll(() => studio.remove());

const TONE = 'sine=440:r=44100:d=2';
const bare = (name: string, ...args: string[]) =>
  studio.make(name, TONE, '-write_xing', '0', '-id3v2_version', '0', ...args).then((file) => readFile(file));

/** Detects the type of a file of these bytes as AdmitUpload does, and counts its further requests. */
async function detected(file: string, bytes: Buffer) {
  const ranges: number[][] = [];
  const type = await detectMediaType(file, bytes.subarray(0, HEAD_BYTES), async (position, length) => {
    ranges.push([position, length]);
    return bytes.subarray(position, position + length);
  });
  return { contentType: type.contentType, kind: type.kind, ranges };
}

/** An ID3v2.3 tag whose picture has this many bytes. */
function id3(picture: number): Buffer {
  const size = (bytes: number) => Buffer.from([21, 14, 7, 0].map((shift) => (bytes >> shift) & 0x7f));
  const frame = Buffer.alloc(10 + picture, 0x55);
  frame.write('APIC', 'latin1');
  frame.writeUInt32BE(picture, 4);
  frame.writeUInt16BE(0, 8);
  return Buffer.concat([Buffer.from('ID3\u0003\0\0', 'latin1'), size(frame.length), frame]);
}

/** Bytes without order, the same in each run. */
function junk(bytes: number): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length: bytes }, () => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state >> 16;
    }),
  );
}

describe('long WAV', () => {
  test.each([
    ['big.wav', ['-rf64', 'always'], 'audio/wav'],
    ['big.w64', [], 'audio/x-w64'],
  ])('%s is known by its bytes', async (name, args, contentType) => {
    const bytes = await readFile(await studio.make(name, TONE, ...args));
    expect(await detected(name, bytes)).toEqual({ contentType, kind: 'AUDIO', ranges: [] });
  });

  test.each(['BW64', 'RIFX'])('%s is, too', async (magic) => {
    const bytes = await readFile(studio.path('big.wav'));
    bytes.write(magic, 'latin1');
    expect(await detected('big.wav', bytes)).toMatchObject({ contentType: 'audio/wav' });
  });
});

describe('what lies before and after the frames of MP3 and AAC', () => {
  const MP3 = ['audio/mpeg', 'a.mp3'] as const;
  const AAC = ['audio/aac', 'a.aac'] as const;

  test.each<[string, readonly [string, string], (sound: Buffer) => Buffer[]]>([
    ['600 zeros', MP3, (sound) => [Buffer.alloc(600), sound]],
    ['zeros behind a tag', MP3, (sound) => [id3(100), Buffer.alloc(600), sound]],
    ['20 kB of junk', MP3, (sound) => [junk(20_000), sound]],
    ['two tags', MP3, (sound) => [id3(100), id3(200), sound]],
    ['8 kB of junk at the end', MP3, (sound) => [sound, junk(8192)]],
    ['4,000 zeros', AAC, (sound) => [Buffer.alloc(4000), sound]],
    ['junk behind a tag', AAC, (sound) => [id3(100), junk(300), sound]],
  ])('%s (%s) costs nothing of the sound', async (_label, [contentType, name], surround) => {
    const bytes = Buffer.concat(surround(await bare(name)));
    expect(await detected(name, bytes)).toEqual({ contentType, kind: 'AUDIO', ranges: [] });
    const { metadata } = await transcode(studio.directory, await studio.save('surrounded', bytes));
    expect(metadata.durationSeconds).toBeCloseTo(2, 0);
  });

  test.each([
    ['a.mp3', 'audio/mpeg'],
    ['a.aac', 'audio/aac'],
    ['a.flac', 'audio/flac'],
  ])('a tag of 200 kB before %s is skipped by one further request', async (name, contentType) => {
    const tag = id3(200_000);
    const bytes = Buffer.concat([tag, await bare(name)]);
    expect(await detected(name, bytes)).toEqual({
      contentType,
      kind: 'AUDIO',
      ranges: [[tag.length, HEAD_BYTES]],
    });
    const { metadata } = await transcode(studio.directory, await studio.save('tagged', bytes));
    expect(metadata.durationSeconds).toBeCloseTo(2, 1);
  });

  test('junk alone is neither, and a tag with nothing behind it is no MP3', async () => {
    for (const bytes of [junk(HEAD_BYTES), Buffer.concat([id3(100), junk(1000)])])
      await expect(detected('a.mp3', bytes)).rejects.toMatchObject({ name: 'MediaTypeMismatch' });
  });
});

describe('Windows Media', () => {
  const made = async (name: string, ...maps: string[]) => {
    const inputs = ['-f', 'lavfi', '-i', 'testsrc=s=64x64:d=1', '-f', 'lavfi', '-i', TONE];
    await ffmpeg(
      ...inputs,
      ...maps,
      '-t',
      '1',
      '-c:v',
      'wmv2',
      '-c:a',
      'wmav2',
      '-f',
      'asf',
      studio.path(name),
    );
    return readFile(studio.path(name));
  };

  test.each<[string, string[], string]>([
    ['first.wmv', ['-map', '1:a', '-map', '0:v'], 'VIDEO'],
    ['second.wmv', ['-map', '0:v', '-map', '1:a'], 'VIDEO'],
    ['first.asf', ['-map', '1:a', '-map', '0:v'], 'VIDEO'],
    ['sound.wmv', ['-map', '1:a'], 'VIDEO'],
    ['sound.asf', ['-map', '1:a'], 'AUDIO'],
    ['sound.wma', ['-map', '1:a'], 'AUDIO'],
  ])('%s (streams %p) is taken for %s', async (name, maps, kind) => {
    expect(await detected(name, await made(name, ...maps))).toMatchObject({ kind });
  });

  test('whose header says a longer duration than it has is whole', async () => {
    const bytes = await made('estimate.wma', '-map', '1:a');
    const properties = bytes.indexOf(Buffer.from('a1dcab8c47a9cf118ee400c00c205365', 'hex'));
    // Play duration, in units of 100 ns.
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(properties + 64) + 30_000_000n, properties + 64);
    const { degraded, metadata } = await transcode(studio.directory, await studio.save('wma', bytes));
    expect(degraded).toEqual([]);
    expect(metadata.durationSeconds).toBeCloseTo(1, 1);
  });
});
