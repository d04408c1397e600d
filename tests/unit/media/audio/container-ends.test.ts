import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { missingWavBytes, oggEnd } from '../../../../media/audio/container-ends.ts';
import { announcedMp3Frames, endsWithinMp3Frame, id3v2Bytes } from '../../../../media/audio/mp3-frames.ts';
import { soundStudio } from '../../../support/sound.ts';

let studio: Awaited<ReturnType<typeof soundStudio>>;
beforeAll(async () => {
  studio = await soundStudio();
});
afterAll(() => studio.remove());

const made = async (name: string, ...args: string[]) =>
  readFile(await studio.make(name, 'anoisesrc=d=2:r=44100:seed=3', ...args));

describe('MP3', () => {
  test.each([
    ['44.1 kHz mono', ['-ac', '1'], 78],
    ['48 kHz stereo', ['-ac', '2', '-ar', '48000'], 85],
    ['16 kHz stereo', ['-ac', '2', '-ar', '16000'], 58],
    ['8 kHz mono', ['-ac', '1', '-ar', '8000'], 30],
    ['variable bitrate behind a tag', ['-q:a', '4', '-metadata', `title=${'x'.repeat(3000)}`], 78],
  ])('%s announces its frames', async (_label, args, frames) => {
    const file = await made('announced.mp3', ...args);
    expect(announcedMp3Frames(file.subarray(id3v2Bytes(file)))).toBe(frames);
  });

  test('without a header announces nothing', async () => {
    const file = await made('plain.mp3', '-write_xing', '0', '-id3v2_version', '0');
    expect(id3v2Bytes(file)).toBe(0);
    expect(announcedMp3Frames(file)).toBeUndefined();
  });

  test('that is cut within a frame is told from a whole one', async () => {
    for (const args of [
      ['-b:a', '128k'],
      ['-q:a', '6'],
      ['-b:a', '24k', '-ar', '16000'],
    ]) {
      const file = await made('cut.mp3', '-write_xing', '0', '-id3v2_version', '0', ...args);
      expect(endsWithinMp3Frame(file.subarray(-16_384))).toBe(false);
      expect(endsWithinMp3Frame(file.subarray(0, -20).subarray(-16_384))).toBe(true);
    }
  });

  test('with a tag at its end is whole, whatever lies before the tag', async () => {
    const file = await made('tagged.mp3', '-write_xing', '0', '-write_id3v1', '1');
    expect(endsWithinMp3Frame(file.subarray(-16_384))).toBe(false);
  });

  test.each([0, 3, 40, 200])('%i bytes of nothing are no MP3 and no crash', (bytes) => {
    const nothing = Buffer.alloc(bytes, 0xff);
    expect(announcedMp3Frames(nothing)).toBeUndefined();
    expect(endsWithinMp3Frame(nothing)).toBe(false);
  });
});

describe('WAV', () => {
  const announcing = (bytes: number) => (file: Buffer) => {
    file.writeUInt32LE(bytes, file.indexOf('data') + 4);
    return file;
  };

  test.each([
    ['whole', (file: Buffer) => file, 0],
    ['cut by 1,000 bytes', (file: Buffer) => file.subarray(0, -1000), 1000],
    ['streamed, so that sizes are unknown', announcing(0xffff_ffff), 0],
    ['streamed, with a size of 0', announcing(0), 0],
    ['cut within its header', (file: Buffer) => file.subarray(0, 30), 0],
    ['no WAV at all', (file: Buffer) => Buffer.alloc(file.length), 0],
  ])('%s', async (_label, change, missing) => {
    const file = change(await made('test.wav'));
    expect(missingWavBytes(file.subarray(0, 65_536), file.length)).toBe(missing);
  });

  test('beyond 4 GiB (RF64) says its size elsewhere', async () => {
    const file = await made('large.wav', '-rf64', 'always');
    expect(missingWavBytes(file.subarray(0, 65_536), file.length)).toBe(0);
    expect(missingWavBytes(file.subarray(0, 65_536), file.length - 500)).toBe(500);
  });
});

describe('Ogg', () => {
  test.each(['libopus', 'libvorbis', 'flac'])(
    '%s ends with its last page, or in the middle of one',
    async (codec) => {
      const file = await made('test.ogg', '-c:a', codec);
      expect(oggEnd(file.subarray(-131_072))).toBe('whole');
      for (const bytes of [1, 100, 3000])
        expect(oggEnd(file.subarray(0, -bytes).subarray(-131_072))).toBe('cut');
      const lastPage = file.lastIndexOf('OggS');
      expect(oggEnd(file.subarray(0, lastPage))).toBe('unmarked');
      expect(oggEnd(file.subarray(0, lastPage + 10))).toBe('cut');
    },
  );

  test('nothing is cut', () => {
    expect(oggEnd(Buffer.alloc(0))).toBe('cut');
  });
});
