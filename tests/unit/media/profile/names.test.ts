import { describe, expect, test } from '@jest/globals';
import { OUTPUTS } from '../../../../media/kinds/outputs.ts';
import { parseProfile } from '../../../../media/profile/profile.ts';
import { changed, refusal, withOutput } from './changed-profile.ts';

const LONG_EXPRESSION = '(a+)+$'.repeat(20_000);
/** Much more than the 1 ms that a profile takes, for busy machines. */
const SOON = 1000;

describe('a profile is refused', () => {
  test.each([
    ...[
      '',
      '.',
      '..',
      '../etc',
      'a..b',
      'a/b',
      'a\\b',
      'a_b',
      'a b',
      'a.b',
      '-a',
      '9a',
      'a\n',
      'a\0',
      'é',
      'Hero',
      'HERO',
    ],
    ...[
      'h'.repeat(32),
      'h'.repeat(100_000),
      LONG_EXPRESSION,
      '__proto__',
      'thumb_tiny',
      'page_0001',
      'hls/master',
    ],
    ...[
      'small',
      'medium',
      'large',
      'thumb',
      'manifest',
      'metadata',
      'page',
      'pages',
      'text',
      'poster',
      'storyboard',
    ],
    ...[
      'cover',
      'document',
      'waveform',
      'audio',
      'hls',
      'master',
      'index',
      'init',
      'mp4',
      'json',
      'markdown',
    ],
  ])('for an image named %j', (name) => {
    const started = performance.now();
    const { message } = refusal(changed('image.outputs.0.name', name));
    expect(message).toContain('image.outputs.0.name: expected up to 31 characters');
    expect(message.length).toBeLessThan(500);
    expect(performance.now() - started).toBeLessThan(SOON);
  });

  test.each(['optimized', 'thumb_small'])(
    'for an AVIF named %s, which pages expect in other formats',
    (name) => {
      expect(refusal(withOutput({ name, format: 'avif' })).message).toContain('image.outputs.0.name: ');
    },
  );

  test.each(['a_b', '../x', 'Voice', 'manifest', 'webp', '720p', LONG_EXPRESSION])(
    'for a recording named %j',
    (name) => {
      expect(refusal(changed('audio.outputs.0.name', name)).message).toContain('audio.outputs.0.name: ');
    },
  );

  test.each(['a_b', '../x', 'hls', 'page', '72p', '10800p', '720P', '720p/x', LONG_EXPRESSION])(
    'for a rendition named %j',
    (name) => {
      expect(refusal(changed('video.renditions.0.name', name)).message).toContain(
        'video.renditions.0.name: ',
      );
    },
  );

  test('for every word of another output’s name, but for the image called optimized', () => {
    const words = OUTPUTS.flatMap(({ name }) => name.split(/[_./{}]+/)).filter((word) => /^[a-z]/.test(word));
    expect(words).toEqual(expect.arrayContaining(['small', 'page', 'manifest', 'waveform']));
    const accepted = words.filter((name) => {
      try {
        parseProfile(withOutput({ name, format: 'jpeg' }));
        return true;
      } catch {
        return false;
      }
    });
    expect([...new Set(accepted)]).toEqual(['optimized']);
  });
});
