import { describe, expect, test } from '@jest/globals';
import { readTags } from '../../../../../media/audio/tags/tags.ts';

describe('tags', () => {
  test('of MP3 and Ogg alike come out under one name', () => {
    const expected = {
      title: 'A',
      artist: 'B',
      album: 'C',
      albumArtist: 'D',
      genre: 'Jazz',
      year: 1959,
      track: 3,
      disc: 1,
    };
    const common = { title: 'A', artist: 'B', album: 'C', genre: 'Jazz', date: '1959-08-17' };
    expect(readTags({ ...common, album_artist: 'D', track: '3/9', disc: '1/2' })).toEqual(expected);
    expect(readTags({ ...common, albumartist: 'D', tracknumber: '03', discnumber: '1' })).toEqual(expected);
  });

  test.each([
    [
      'comments, lyrics, places and private frames stay out',
      { comment: 'c', lyrics: 'l', location: '+48.1+11.5/', 'id3v2_priv.x': 'y', encoder: 'z' },
      {},
    ],
    [
      'control and direction characters are taken out',
      { title: 'a\u0000b\nc\u202Egpj\u2069 ' },
      { title: 'a b cgpj' },
    ],
    ['a year that is none', { date: 'yesterday' }, {}],
    ['a track that is none', { track: 'A1' }, {}],
    ['blank text', { title: ' \t ' }, {}],
    ['combining characters are composed', { artist: 'Zoe\u0308' }, { artist: 'Zoë' }],
    ['half a surrogate pair is replaced', { title: 'a\uD800b' }, { title: 'a\uFFFDb' }],
  ])('%s', (_label, tags, expected) => {
    expect(readTags(tags as Record<string, string>)).toEqual(expected);
  });

  test('of any length stay short', () => {
    expect(readTags({ title: '🎵'.repeat(100_000) }).title).toHaveLength(999);
  });
});
