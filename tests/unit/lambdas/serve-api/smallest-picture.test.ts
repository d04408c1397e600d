import { describe, expect, test } from '@jest/globals';
import { smallestPicture } from '../../../../lambdas/serve-api/jobs/smallest-picture.ts';

const prefix = 'tenants/acme/users/ann/media/processed/clip_';
type File = [name: string, size: number, contentType?: string];

const smallestOf = (...files: File[]) =>
  smallestPicture({
    manifestKey: `${prefix}manifest.json`,
    manifestVersionId: undefined,
    prefix,
    outputs: files.map(([name, size, contentType = 'image/jpeg']) => ({
      key: prefix + name,
      contentType,
      size,
      sha256: '',
    })),
  })?.key.slice(prefix.length);

describe('the smallest picture of an upload', () => {
  test.each<[string, File[], string | undefined]>([
    [
      'of thumbnails, the one of the fewest bytes',
      [
        ['thumb_large.png', 300],
        ['thumb_small.png', 100],
        ['thumb_medium.png', 200],
      ],
      'thumb_small.png',
    ],
    [
      'a thumbnail, even where another picture has fewer bytes',
      [
        ['webp.webp', 1, 'image/webp'],
        ['thumb_small.jpg', 2],
      ],
      'thumb_small.jpg',
    ],
    [
      'the poster of a video without thumbnails, and not its storyboard',
      [
        ['storyboard.jpg', 1],
        ['poster.jpg', 2],
        ['480p.mp4', 1, 'video/mp4'],
      ],
      'poster.jpg',
    ],
    [
      'page 1 of a document, and no other page',
      [
        ['page_0002.webp', 1, 'image/webp'],
        ['page_0001.webp', 2, 'image/webp'],
      ],
      'page_0001.webp',
    ],
    [
      'of a recording, the smaller of cover and waveform',
      [
        ['cover.jpg', 2],
        ['waveform.png', 1, 'image/png'],
        ['waveform.json', 0, 'application/json'],
      ],
      'waveform.png',
    ],
    ['none of what only later code knows', [['hologram_3d.jpg', 1]], undefined],
    ['none where there is text only', [['text.txt', 1, 'text/plain']], undefined],
  ])('is %s', (_what, files, expected) => {
    expect(smallestOf(...files)).toBe(expected);
    expect(smallestOf(...files.toReversed())).toBe(expected);
  });
});
