import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { comparableSequencer, FIRST_SEQUENCER, sequencerJustAfter } from '../../../../core/uploads/upload.ts';

/**
 * S3's sequencers are hexadecimal, and compared after the shorter is padded with zeros on the right:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
const sequencer = fc
  .tuple(fc.constant('00'), fc.bigInt({ min: 1n, max: 2n ** 80n }))
  .map(([zeros, value]) => zeros + value.toString(16).toUpperCase());
const isBefore = (a: string, b: string) => comparableSequencer(a) < comparableSequencer(b);

describe('the sequencer of an upload found in S3', () => {
  test('is after the known event, and before any later event of S3', () => {
    fc.assert(
      fc.property(sequencer, sequencer, (a, b) => {
        fc.pre(comparableSequencer(a) !== comparableSequencer(b));
        const [earlier, later] = isBefore(a, b) ? [a, b] : [b, a];
        for (const known of [earlier, comparableSequencer(earlier), earlier.toLowerCase()]) {
          const found = sequencerJustAfter(known);
          expect(isBefore(known, found) && isBefore(found, later)).toBe(true);
        }
      }),
      { seed: 1 },
    );
  });

  test('increases with each upload found, without growing, and stays before the next event of S3', () => {
    let found = '0055AED6DCD90281E5';
    for (let i = 0; i < 300; i++) {
      const next = sequencerJustAfter(found);
      expect(isBefore(found, next) && isBefore(next, '0055AED6DCD90281E6')).toBe(true);
      found = next;
    }
    expect(found).toHaveLength(48);
    expect(found).toMatch(/^[0-9A-F]+$/);
  });

  test('is before every event of S3 if none is known', () => {
    fc.assert(
      fc.property(sequencer, (first) => {
        expect(isBefore(FIRST_SEQUENCER, first)).toBe(true);
      }),
      { seed: 1 },
    );
  });
});
