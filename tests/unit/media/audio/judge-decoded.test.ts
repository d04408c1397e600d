import { describe, expect, test } from '@jest/globals';
import type { AudioSource } from '../../../../media/audio/audio-source.ts';
import type { ExpectedLength } from '../../../../media/audio/expected-length.ts';
import { judgeDecoded } from '../../../../media/audio/judge-decoded.ts';

const source = (format: string, sampleRate = 44_100) => ({ format, sampleRate }) as AudioSource;
const expected: ExpectedLength = { seconds: 10, slackSeconds: 0.1, packets: 400, notes: [] };
const whole = { frames: 441_000, damage: { frames: 0, truncated: false } };
const KEEP = { TRUNCATED_MEDIA: 'keep' } as const;
const REFUSE = { TRUNCATED_MEDIA: 'refuse' } as const;

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
    expect(judgeDecoded(source(format), expected, decoded, REFUSE)).toEqual([]);
  });
});

describe('what a recording lacks is said', () => {
  test.each([
    ['a bad frame', whole, 1, ['1 of 400 frames of the upload are damaged.']],
    [
      'a second that does not decode',
      { ...whole, frames: 396_900 },
      0,
      ['Parts of the upload cannot be decoded: expected 10.00 s, got 9.00 s.'],
    ],
  ])('%s', (_label, decoded, frames, notes) => {
    const damage = { frames, truncated: false };
    expect(judgeDecoded(source('flac'), expected, { ...decoded, damage }, REFUSE)).toEqual(notes);
  });

  test('a bare stream of frames that may lack its end', () => {
    const decoded = { ...whole, damage: { frames: 2, truncated: true } };
    expect(judgeDecoded(source('aac'), expected, decoded, REFUSE)).toEqual([
      'The recording has no end marker: it may have been truncated before the upload.',
      '2 of 400 frames of the upload are damaged.',
    ]);
  });

  test.each([
    ['its bytes', { ...expected, truncated: '9 bytes are missing' }, false, '9 bytes are missing'],
    ['its container', expected, true, 'its end is missing'],
  ])(
    'the end that is missing, by %s: kept or refused, as the setting says',
    (_label, length, truncated, how) => {
      const decoded = { ...whole, damage: { frames: 0, truncated } };
      expect(judgeDecoded(source('mov,mp4'), length, decoded, KEEP)).toEqual([
        `The file is truncated: ${how}. Its playable part was used.`,
      ]);
      expect(() => judgeDecoded(source('mov,mp4'), length, decoded, REFUSE)).toThrow(
        expect.objectContaining({ name: 'CorruptMedia' }),
      );
    },
  );
});

describe('a recording is refused', () => {
  test.each<[string, ExpectedLength, number, number]>([
    ['without sound', expected, 0, 0],
    ['of 44 samples, a millisecond', { ...expected, seconds: 0.001 }, 44, 0],
    ['of which most does not decode', expected, 200_000, 0],
    ['of which most is damaged', expected, 441_000, 201],
    ['of which next to nothing is left', { ...expected, seconds: 0.4, truncated: 'x' }, 17_640, 0],
  ])('%s', (_label, length, frames, damaged) => {
    const decoded = { frames, damage: { frames: damaged, truncated: false } };
    expect(() => judgeDecoded(source('mp3'), length, decoded, KEEP)).toThrow(
      expect.objectContaining({ name: 'CorruptMedia' }),
    );
  });
});
