import { describe, expect, test } from '@jest/globals';
import {
  assertWorthKeeping,
  damageReader,
  judgeDamagedFrames,
  judgeTruncated,
} from '../../../../media/ffmpeg/media-damage.ts';

const read = (...chunks: string[]) => {
  const reader = damageReader();
  for (const chunk of chunks) reader.read(chunk);
  return reader.damage;
};

describe('damage in ffmpeg’s log', () => {
  test.each([
    ['nothing', '', { frames: 0, truncated: false }],
    [
      'a remark that means none',
      '[swscaler @ 0x55f] deprecated pixel format used\n',
      { frames: 0, truncated: false },
    ],
    [
      'frames patched up',
      'file:source: corrupt decoded frame in stream 0\nfile:source: corrupt decoded frame in stream 0\n',
      { frames: 2, truncated: false },
    ],
    [
      'a frame lost',
      'Error while decoding stream #0:1: Invalid data found when processing input\n',
      { frames: 1, truncated: false },
    ],
    [
      'an MP4 that ends early',
      '[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55bc3c4c1bc0] stream 0, offset 0x759e: partial file\n',
      { frames: 0, truncated: true },
    ],
    [
      'a Matroska file that ends early',
      '[matroska,webm @ 0x5] File ended prematurely\n',
      { frames: 0, truncated: true },
    ],
    [
      'an AVI that ends early',
      '[avi @ 0x55f214c7d9c0] Packet corrupt (stream = 0, dts = 27).\n',
      { frames: 0, truncated: true },
    ],
    [
      'a disturbed reception, which is no end',
      '[mpegts @ 0x55f214c7d9c0] Packet corrupt (stream = 0, dts = 27).\n',
      { frames: 0, truncated: false },
    ],
  ])('%s', (_label, log, expected) => {
    expect(read(log)).toEqual(expected);
  });

  test('is found in lines that arrive in pieces, and in bytes', () => {
    const reader = damageReader();
    reader.read('file:source: corrupt dec');
    reader.read(Buffer.from('oded frame in stream 0\n'));
    expect(reader.damage.frames).toBe(1);
  });

  test('cannot be hidden behind a line without an end, nor fill the memory with one', () => {
    expect(read('x'.repeat(1_000_000), '\nfile:source: corrupt decoded frame in stream 0\n').frames).toBe(1);
  });
});

describe('the judgement', () => {
  const corrupt = expect.objectContaining({ name: 'CorruptMedia' });

  test('of a bad spot is a note, of a file that is mostly damage a refusal', () => {
    expect(judgeDamagedFrames({ frames: 0 }, 40)).toEqual([]);
    expect(judgeDamagedFrames({ frames: 1 }, 40)).toEqual(['1 of 40 frames of the upload are damaged.']);
    expect(judgeDamagedFrames({ frames: 20 }, 40)).toHaveLength(1);
    expect(() => judgeDamagedFrames({ frames: 21 }, 40)).toThrow(corrupt);
  });

  test('of a lost end is as the setting says', () => {
    expect(judgeTruncated('it ends within a page', 'keep')).toEqual([
      'The file is truncated: it ends within a page. Its playable part was used.',
    ]);
    expect(() => judgeTruncated('it ends within a page', 'refuse')).toThrow(corrupt);
  });

  test('of next to nothing is a refusal', () => {
    expect(() => assertWorthKeeping(0.5)).not.toThrow();
    expect(() => assertWorthKeeping(0.49)).toThrow(corrupt);
  });
});
