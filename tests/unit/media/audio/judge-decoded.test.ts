import { describe, expect, test } from '@jest/globals';
import type { AudioSource } from '../../../../media/audio/audio-source.ts';
import { judgeDecoded } from '../../../../media/audio/judge-decoded.ts';

const source = (format: string) => ({ format, sampleRate: 44_100 }) as AudioSource;
const expected = { seconds: 10, slackSeconds: 0.1, notes: [] };
const whole = { frames: 441_000, damage: { frames: 0, truncated: false } };

describe('a recording is whole', () => {
  test.each([
    ['at its very length', 'flac', whole],
    ['a little short', 'flac', { ...whole, frames: 437_000 }],
    ['longer than it says', 'flac', { ...whole, frames: 900_000 }],
    [
      'a streamed WAV, whose last packet ffmpeg calls corrupt',
      'wav',
      { ...whole, damage: { frames: 1, truncated: true } },
    ],
  ])('%s', (_label, format, decoded) => {
    expect(judgeDecoded(source(format), expected, decoded)).toEqual([]);
  });
});

describe('a recording is refused', () => {
  test.each([
    ['without sound', 'mp3', { ...whole, frames: 0 }],
    ['more than 1 % short', 'mp3', { ...whole, frames: 430_000 }],
    [
      'cut, says its container',
      'mov,mp4,m4a,3gp,3g2,mj2',
      { ...whole, damage: { frames: 0, truncated: true } },
    ],
    ['with one bad checksum', 'flac', { ...whole, damage: { frames: 1, truncated: false } }],
  ])('%s', (_label, format, decoded) => {
    expect(() => judgeDecoded(source(format), expected, decoded)).toThrow(
      expect.objectContaining({ name: 'CorruptMedia' }),
    );
  });
});

test('a bare stream of frames may have a few bad ones, and says so', () => {
  const decoded = { ...whole, damage: { frames: 2, truncated: true } };
  expect(judgeDecoded(source('aac'), expected, decoded)).toEqual([
    'The recording has no end marker: it may have been truncated before the upload.',
    '2 corrupt frames of the recording were dropped.',
  ]);
});
