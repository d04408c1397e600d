import { expect, test } from '@jest/globals';
import { readConfig } from '../../../../base/config.ts';
import { BOUND_SETTINGS, boundProblems } from '../../../../contract/profiles/profile-bounds.ts';
import { DEFAULT_PROFILE } from '../../../../media/profile/default-profile.ts';
import { parseProfile } from '../../../../media/profile/profile.ts';

const [, second, third] = DEFAULT_PROFILE.video.renditions;
const inCodecs = parseProfile({
  ...DEFAULT_PROFILE,
  video: {
    ...DEFAULT_PROFILE.video,
    renditions: [
      { ...second, codec: 'av1' },
      { ...third, codec: 'hevc' },
      { ...third, name: 'usual' },
    ],
  },
});

const problems = (PROFILE_VIDEO_CODECS: string) =>
  boundProblems(inCodecs, readConfig({ PROFILE_VIDEO_CODECS }, BOUND_SETTINGS));

test('renditions in a codec that the operator does not allow are named, with the setting', () => {
  expect(problems('h264,av1')).toEqual([
    {
      at: 'video/renditions/1/codec',
      detail: 'expected one of h264, av1 (PROFILE_VIDEO_CODECS), got hevc',
    },
  ]);
  expect(problems('h264').map(({ at }) => at)).toEqual([
    'video/renditions/0/codec',
    'video/renditions/1/codec',
  ]);
  expect(problems('')).toEqual([]);
});
