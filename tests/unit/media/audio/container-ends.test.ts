import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { missingBytes, oggEnd } from '../../../../media/audio/container-ends.ts';
import { announcedMp3Frames, endsWithinMp3Frame } from '../../../../media/audio/mp3-frames.ts';
import { id3v2Bytes } from '../../../../media/kinds/mpeg-audio.ts';
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

const missing = (file: Buffer, format: string) =>
  missingBytes(async (position, length) => file.subarray(position, position + length), file.length, format);

describe('sizes that a file declares', () => {
  test.each<[string, string, string, string[]]>([
    ['WAV', 'wav', 'a.wav', []],
    ['WAV of more than 4 GiB (RF64)', 'wav', 'b.wav', ['-rf64', 'always']],
    ['WAV behind a long list of tags', 'wav', 'c.wav', ['-metadata', `comment=${'x'.repeat(100_000)}`]],
    ['Wave64', 'w64', 'a.w64', []],
    ['AIFF', 'aiff', 'a.aiff', []],
    ['CAF', 'caf', 'a.caf', []],
    ['M4A', 'mov,mp4,m4a,3gp,3g2,mj2', 'a.m4a', ['-movflags', 'faststart']],
    ['fragmented MP4', 'mov,mp4,m4a,3gp,3g2,mj2', 'a.mp4', ['-movflags', 'frag_keyframe+empty_moov']],
    ['Matroska', 'matroska,webm', 'a.mka', []],
  ])('%s tells what is missing, to the byte', async (_label, format, name, args) => {
    const file = await made(name, ...args);
    expect(await missing(file, format)).toBe(0);
    expect(await missing(file.subarray(0, -1), format)).toBe(1);
    expect(await missing(Buffer.concat([file, Buffer.alloc(50)]), format)).toBe(0);
    // Of an MP4, the index of fragments is last.
    const cut = Math.floor(file.length * 0.6);
    expect(await missing(file.subarray(0, cut), format)).toBeGreaterThan(0);
  });

  test.each([0, 0x7fff_ffff, 0xffff_ffff])('%i in a WAV means that it was streamed', async (bytes) => {
    const file = await made('test.wav');
    file.writeUInt32LE(bytes, file.indexOf('data') + 4);
    expect(await missing(file, 'wav')).toBe(0);
  });

  test('are not declared by a recording of a browser', async () => {
    expect(await missing(await made('live.webm', '-live', '1'), 'matroska,webm')).toBe(0);
  });

  test.each(['wav', 'w64', 'aiff', 'caf', 'mov,mp4', 'matroska,webm', 'mp3'])(
    'in junk called %s are none, and no crash',
    async (format) => {
      for (const junk of [Buffer.alloc(0), Buffer.alloc(30), Buffer.alloc(5000, 0xff), Buffer.alloc(5000, 1)])
        expect(await missing(junk, format)).toBeGreaterThanOrEqual(0);
    },
  );
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
