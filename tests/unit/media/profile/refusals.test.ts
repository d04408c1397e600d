import { describe, expect, test } from '@jest/globals';
import { parseProfile } from '../../../../media/profile/profile.ts';
import document from '../../../../profiles/default.json' with { type: 'json' };
import { changed, refusal, withOutput } from './changed-profile.ts';

const TEXT = JSON.stringify(document);
const LONG_EXPRESSION = '(a+)+$'.repeat(20_000);

/** Where two members must differ, the second is named; of an object, the field. */
const NAMED_OF_PAIRS: Readonly<Record<string, RegExp>> = {
  'audio.outputs.1.codec': /audio\.outputs\.1\.name: /,
  'video.clip': /video\.clip\.(start|end)Seconds: /,
};

const sameSides = () => document.video.renditions.map((rendition) => ({ ...rendition, shortSide: 480 }));

describe('a profile is refused, and the field named', () => {
  test.each<[label: string, path: string, value: unknown]>([
    ['a width of 100,000', 'image.outputs.0.width', 100_000],
    ['no width at all', 'image.outputs.0.width', 0],
    ['half a pixel', 'image.outputs.0.width', 1.5],
    ['a width that is text', 'image.outputs.0.width', '1200'],
    ['a width that is null', 'image.outputs.0.width', null],
    ['a width that is not a number', 'image.outputs.0.width', Number.NaN],
    ['a width without end', 'image.outputs.0.width', Number.POSITIVE_INFINITY],
    ['a negative width', 'image.outputs.0.width', -1],
    ['a color by its name', 'image.outputs.0.background', 'red'],
    ['a color with alpha', 'image.outputs.0.background', '#ffffff80'],
    ['a color of 100,000 characters', 'image.outputs.0.background', `#${'f'.repeat(100_000)}`],
    ['an expression as a color', 'image.outputs.0.background', LONG_EXPRESSION],
    ['no output', 'image.outputs', []],
    [
      '33 outputs',
      'image.outputs',
      Array.from({ length: 33 }, (_, i) => ({ name: `a${i}`, format: 'webp' })),
    ],
    ['outputs that are no list', 'image.outputs', { length: 1e6 }],
    ['two images of the same name', 'image.outputs.1.name', 'thumb_large'],
    ['two recordings of the same file', 'audio.outputs.1.codec', 'mp3'],
    ['two renditions of the same name', 'video.renditions.1.name', '1080p'],
    ['two renditions of the same size', 'video.renditions', sameSides()],
    ['no rendition', 'video.renditions', []],
    ['a rendition of 8K', 'video.renditions.0.shortSide', 4320],
    ['a rate factor that is not a number', 'video.renditions.0.crf', Number.NaN],
    ['a rate factor that H.264 does not have', 'video.renditions.0.crf', 41],
    ['an unknown codec of a video', 'video.renditions.0.codec', 'vp9'],
    ['a clip of no time', 'video.clip', { startSeconds: 3, endSeconds: 3 }],
    ['a clip that ends before it begins', 'video.clip', { startSeconds: 3, endSeconds: 1 }],
    ['a clip before the beginning', 'video.clip', { startSeconds: -1 }],
    ['a bitrate of nothing', 'video.renditions.0.maxBitrate', 0],
    ['HLS by a word', 'video.hls', 'yes'],
    ['a poster before the beginning', 'video.poster.atSeconds', -1],
    ['tiles of no time', 'video.storyboard.intervalSeconds', 0],
    ['a million tiles', 'video.storyboard.maxTiles', 1e6],
    ['a name of a thumbnail that pages do not know', 'video.thumbnails.0.name', 'thumb_tiny'],
    ['a thumbnail for ants', 'document.thumbnails.0.side', 1],
    ['a bitrate that Opus does not have', 'audio.outputs.2.kilobitsPerChannel', 500],
    ['an unknown codec', 'audio.outputs.0.codec', 'flac'],
    ['sound above full scale', 'audio.loudness.truePeakDbtp', 3],
    ['more pages than are read', 'document.pages.most', 1e6],
    ['an unknown format', 'image.outputs.0.format', 'bmp'],
    ['a title of a novel', 'title', 'a'.repeat(101)],
    ['a long address of the schema', '$schema', 'a'.repeat(100_000)],
    ['no images', 'image', undefined],
    ['a section that is null', 'video', null],
  ])('for %s', (_label, path, value) => {
    const { name, message } = refusal(changed(path, value));
    expect(name).toBe('InvalidConfiguration');
    expect(message).toMatch(
      NAMED_OF_PAIRS[path] ?? new RegExp(`${path.replaceAll('.', '\\.').replace('$', '\\$')}: `),
    );
    expect(message.length).toBeLessThan(2000);
  });

  test.each<[label: string, field: string, output: object]>([
    ['cover without a height', 'height', { format: 'webp', fit: 'cover', width: 10 }],
    ['contain without a width', 'width', { format: 'webp', fit: 'contain', height: 10 }],
    ['more pixels than fit', 'height', { format: 'webp', fit: 'cover', width: 16_383, height: 16_383 }],
    ['effort of a JPEG', 'effort', { format: 'jpeg', effort: 4 }],
    ['effort of a PNG', 'effort', { format: 'png', effort: 0 }],
    ['effort of any format', 'effort', { format: 'auto', effort: 4 }],
    ['more effort than WebP has', 'effort', { format: 'webp', effort: 7 }],
    ['more effort than AVIF has', 'effort', { format: 'avif', effort: 10 }],
    ['quality of a PNG', 'quality', { format: 'png', quality: 80 }],
    ['quality above 100', 'quality', { format: 'jpeg', quality: 101 }],
    ['a progressive WebP', 'progressive', { format: 'webp', progressive: true }],
    ['a progressive PNG', 'progressive', { format: 'png', progressive: true }],
    ['frames of a JPEG', 'frames', { format: 'jpeg', frames: 'all' }],
    ['frames of an AVIF', 'frames', { format: 'avif', frames: 'all' }],
    ['frames that are cut', 'frames', { format: 'webp', frames: 'all', fit: 'cover', width: 10, height: 10 }],
    [
      'a fit that sharp has, and profiles do not',
      'fit',
      { format: 'webp', fit: 'fill', width: 1, height: 1 },
    ],
    ['an unknown gravity', 'gravity', { format: 'webp', gravity: 'left' }],
  ])('for %s', (_label, field, output) => {
    const { message } = refusal(withOutput({ name: 'hero', ...output }));
    expect(message).toContain(`image.outputs.0.${field}: `);
  });

  test('for a rate factor beyond the scale of its codec', () => {
    const [rendition] = document.video.renditions;
    const withRate = (codec: string, crf: number) =>
      changed('video.renditions', [{ ...rendition, codec, crf }]);
    expect(refusal(withRate('av1', 56)).message).toContain('video.renditions.0.crf: ');
    expect(refusal(withRate('hevc', 41)).message).toContain(
      'video.renditions.0.crf: expected at most 40 for hevc',
    );
    expect(parseProfile(withRate('av1', 55)).video.renditions[0]).toMatchObject({ codec: 'av1', crf: 55 });
  });

  test('for two renditions of a size and codec, whether it is named or not', () => {
    const [rendition] = document.video.renditions;
    const named = (codec: string) =>
      changed('video.renditions', [rendition, { ...rendition, name: 'b', codec }]);
    expect(refusal(named('h264')).message).toContain('video.renditions: expected short sides that differ');
    expect(parseProfile(named('hevc')).video.renditions.map(({ codec }) => codec)).toEqual([
      undefined,
      'hevc',
    ]);
  });

  test.each([
    ['the whole', '{'],
    ['image', '"image":{'],
    ['image.outputs.0', '"outputs":[{'],
    ['video.poster', '"poster":{'],
    ['video.thumbnails.0', '"thumbnails":[{'],
    ['audio.loudness', '"loudness":{'],
    ['document.pages', '"pages":{'],
  ])('for unknown fields of %s, also those that objects inherit', (where, before) => {
    for (const field of ['extra', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      const profile: unknown = JSON.parse(TEXT.replace(before, `${before}"${field}":{"quality":1},`));
      expect(refusal(profile).message).toContain(`${where}: Unrecognized key: "${field}"`);
    }
    expect({}).not.toHaveProperty('quality');
  });

  test.each([[null], [undefined], [[]], ['{}'], [1], [true]])('for %j in place of a profile', (value) => {
    expect(refusal(value)).toMatchObject({
      name: 'InvalidConfiguration',
      message: expect.stringContaining('the whole: '),
    });
  });
});
