import { describe, expect, test } from '@jest/globals';
import { normalizingGain, readLoudness } from '../../../../media/audio/loudness.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';

const summary = (
  name: string,
  [i, lra, peak]: [string, string, string],
) => `[ebur128@${name} @ 0x55dd1dff69c0] Summary:

  Integrated loudness:
    I:         ${i} LUFS
    Threshold: -34.0 LUFS

  Loudness range:
    LRA:         ${lra} LU
    Threshold: -44.1 LUFS
    LRA low:   -28.5 LUFS
    LRA high:  -20.0 LUFS

  True peak:
    Peak:       ${peak} dBFS
`;
const empty = summary('source', ['-70.0', '0.0', '-inf']);

describe('the summary in ffmpeg’s log', () => {
  test('is the last of its name: ffmpeg drops an empty filter before it begins', () => {
    const log = `${empty}[libx @ 0x1] noise\n${summary('mix', ['-1.0', '1.0', '1.0'])}${summary('source', ['-23.8', '8.5', '-3.0'])}`;
    expect(readLoudness(log, 'source', 240)).toEqual({
      integratedLufs: -23.8,
      rangeLu: 8.5,
      truePeakDbtp: -3,
    });
    expect(readLoudness(log, 'mix', 240)).toEqual({ integratedLufs: -1, rangeLu: 1, truePeakDbtp: 1 });
  });

  test('of silence has no loudness and no peak', () => {
    expect(readLoudness(empty, 'source', 60)).toEqual({
      integratedLufs: null,
      rangeLu: 0,
      truePeakDbtp: null,
    });
  });

  test('of a few seconds has no range', () => {
    expect(readLoudness(summary('source', ['-20.0', '20.0', '-3.0']), 'source', 3).rangeLu).toBeNull();
  });

  test('that is missing is an error of ours', () => {
    expect(() => readLoudness('nothing', 'source', 3)).toThrow('lacks I');
  });
});

describe('the gain towards -16 LUFS', () => {
  test.each([
    ['loud music comes down', -9, 0.5, -7],
    ['a quiet voice with room above it comes up', -30, -20, 14],
    ['peaks stop it at -1 dBTP', -30, -6, 5],
    ['what is right stays', -16, -3, 0],
    ['it is cut to a tenth, never towards louder', -20.04, -20, 4],
    ['a peak above full scale comes down even if the whole is quiet', -16, 2, -3],
  ])('%s', (_label, integratedLufs, truePeakDbtp, gain) => {
    expect(
      normalizingGain({ integratedLufs, truePeakDbtp, rangeLu: 0 }, DEFAULT_PROFILE.audio.loudness),
    ).toBeCloseTo(gain, 5);
  });

  test('silence stays silence', () => {
    expect(
      normalizingGain(
        { integratedLufs: null, truePeakDbtp: null, rangeLu: null },
        DEFAULT_PROFILE.audio.loudness,
      ),
    ).toBe(0);
    expect(
      normalizingGain(
        { integratedLufs: null, truePeakDbtp: -42, rangeLu: null },
        DEFAULT_PROFILE.audio.loudness,
      ),
    ).toBe(0);
  });
});
