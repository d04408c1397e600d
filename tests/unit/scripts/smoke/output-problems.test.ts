import { describe, expect, test } from '@jest/globals';
import { outputProblems } from '../../../../scripts/smoke/output-problems.ts';

const SONG = ['audio.mp3', 'audio.m4a', 'audio.ogg', 'waveform.png', 'waveform.json', 'metadata.json'];
const song = { kind: 'AUDIO', when: [] } as const;

describe('what the smoke test says of the outputs of an upload', () => {
  test('is nothing where all are there that OUTPUTS promises', () => {
    expect(outputProblems(SONG, song)).toEqual([]);
    expect(outputProblems([...SONG, 'cover.png'], song)).toEqual([]);
  });

  test.each([
    ['one is missing', SONG.slice(1), song, 'audio.mp3 is missing'],
    [
      'one is missing that only such an upload has',
      SONG,
      { ...song, when: ['cover'] } as const,
      'cover.{picture} is missing',
    ],
    ['one is of another kind', [...SONG, 'poster.jpg'], song, /^poster\.jpg is not an output of kind AUDIO/],
    ['one is listed nowhere', [...SONG, 'lyrics.txt'], song, /^lyrics\.txt is not an output/],
  ])('names it where %s', (_what, names, expected, problem) => {
    const said = outputProblems(names, expected);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(problem);
  });
});
