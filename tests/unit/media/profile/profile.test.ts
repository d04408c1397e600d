import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../../../base/config.ts';
import { BOUND_SETTINGS, boundProblems } from '../../../../contract/profiles/profile-bounds.ts';
import { parseProfile } from '../../../../media/profile/profile.ts';
import document from '../../../../profiles/default.json' with { type: 'json' };
import { contractCheck } from '../../../support/contract-schemas.ts';
import { changed, refusal } from './changed-profile.ts';

/** Much more than the 1 ms that the default profile takes, for busy machines. */
const SOON = 1000;

test.each(readdirSync('profiles'))(
  'profiles/%s is a profile, by its schema too, within the usual bounds',
  (file) => {
    const shipped = JSON.parse(readFileSync(`profiles/${file}`, 'utf8'));
    expect(contractCheck('profile')(shipped)).toBeUndefined();
    expect(boundProblems(parseProfile(shipped), readConfig({}, BOUND_SETTINGS))).toEqual([]);
  },
);

describe('the default profile', () => {
  test('is parsed, with the defaults of what it leaves out', () => {
    const { image } = parseProfile(document);
    expect(image.outputs[0]).toEqual({
      ...{ name: 'thumb_large', format: 'auto', width: 1200, height: 1200, fit: 'inside' },
      ...{ gravity: 'center', background: '#ffffff', progressive: false, frames: 'first' },
      ifLarger: 'shrink',
    });
  });

  test('is valid by the JSON Schema for editors, which refuses an unknown field and a wrong type', () => {
    const check = contractCheck('profile');
    expect(check(document)).toBeUndefined();
    expect(check(changed('image.outputs.0.colour', 'red'))).toMatch('additional properties');
    expect(check(changed('video.hls', 'yes'))).toMatch('profile/video/hls');
  });

  test('has renditions from the largest to the smallest, however they are listed', () => {
    const renditions = document.video.renditions.toReversed();
    expect(
      parseProfile(changed('video.renditions', renditions)).video.renditions.map(({ name }) => name),
    ).toEqual(['1080p', '720p', '480p']);
  });
});

describe('a profile of a million members is refused soon, in a few words', () => {
  const million = <T>(make: (i: number) => T) => Array.from({ length: 1e6 }, (_, i) => make(i));
  test.each<[path: string, members: () => unknown]>([
    ['image.outputs', () => million((i) => ({ name: `a${i}`, format: 'webp' }))],
    ['image.outputs', () => million(() => 0)],
    ['video.renditions', () => million(() => ({}))],
    ['video.thumbnails', () => million(() => null)],
    ['audio.outputs', () => million(() => [])],
  ])('%s', (path, members) => {
    const profile = changed(path, members());
    const started = performance.now();
    const { message } = refusal(profile);
    expect(performance.now() - started).toBeLessThan(SOON);
    expect(message).toBe(`Expected a profile; ${path}: expected at most 100 members, got 1000000.`);
  });

  test('and so are a hundred thousand fields', () => {
    const fields = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`k${i}`, i]));
    const { message } = refusal(changed('document.pages', fields));
    expect(message).toBe('Expected a profile; document.pages: expected at most 100 members, got 100000.');
  });

  test('and so is one that is nested a hundred thousand times', () => {
    let nested: object = {};
    for (let i = 0; i < 100_000; i++) nested = { image: nested };
    expect(refusal(nested)).toMatchObject({ message: expect.stringContaining('Unrecognized key: "image"') });
  });

  test('and so are unknown fields with long names', () => {
    const fields = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`${i}${'k'.repeat(100_000)}`, i]),
    );
    expect(refusal({ ...document, ...fields }).message.length).toBeLessThan(1000);
  });
});
