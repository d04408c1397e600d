import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { extensionOf } from '../../../../base/file-name.ts';
import { parseUploadKey } from '../../../../contract/upload-key.ts';
import { isOutputOf, outputKey, outputPrefix, stemCandidates } from '../../../../core/outputs/output-key.ts';

const owner = { tenantId: 'acme', userId: 'u1' };
const NAMES = [
  'thumb_small.jpg',
  'thumb_large.png',
  'optimized.jpg',
  'webp.webp',
  'hls/master.m3u8',
  'hls/720p/segment_00001.m4s',
  '720p.mp4',
  'audio.mp3',
  'page_0001.webp',
  'metadata.json',
  'manifest.json',
];
const candidates = (key: string) => stemCandidates(key, parseUploadKey(key));

describe('output keys', () => {
  test('lie below the user’s processed folder and carry stem, variant and extension', () => {
    const prefix = outputPrefix({ ...owner, stem: '1234567890-abc123-image' });
    expect(outputKey(prefix, 'thumb_small.jpg')).toBe(
      'tenants/acme/users/u1/media/processed/1234567890-abc123-image_thumb_small.jpg',
    );
  });

  test('refuse a variant that is not in the table', () => {
    expect(() => outputKey('p_', '../x.jpg')).toThrow('Expected a variant');
  });

  test('belong to exactly one stem, whatever the stems are', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '_',
      'thumb',
      'small',
      'page',
      '0001',
      'text',
      'optimized',
      'hls',
      '-',
      '.jpg',
      'hls/',
      '/',
    );
    const stem = fc
      .array(piece, { minLength: 1, maxLength: 6 })
      .map((pieces) => pieces.join('').replaceAll('/', ''));
    fc.assert(
      fc.property(stem, stem, fc.constantFrom(...NAMES), (mine, other, name) => {
        fc.pre(mine !== other);
        const key = outputKey(outputPrefix({ ...owner, stem: mine }), name);
        expect(isOutputOf(outputPrefix({ ...owner, stem: mine }), key)).toBe(true);
        expect(isOutputOf(outputPrefix({ ...owner, stem: other }), key)).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('stemCandidates', () => {
  test('prefers the name without its extension, then adds digits of the key’s hash', () => {
    const [first, second, third] = candidates('tenants/acme/users/u1/media/IMG_1.HEIC');
    expect(first).toBe('IMG_1');
    expect(second).toMatch(/^IMG_1-[0-9a-f]{8}$/);
    expect(third).toMatch(/^IMG_1-[0-9a-f]{16}$/);
    expect(candidates('tenants/acme/users/u1/media/IMG_1.MOV')[1]).not.toBe(second);
  });

  test('brings decomposed accents to the composed form', () => {
    expect(candidates('tenants/acme/users/u1/media/e\u0301.jpg')[0]).toBe('\u00e9');
  });

  test('cuts a stem that would make an output key longer than 1,024 bytes, on a whole character', () => {
    const folder = 'tenants/acme/users/u1/media/';
    const key = `${folder}${'🏖'.repeat(247)}.jpg`;
    for (const stem of candidates(key)) {
      const longest = outputKey(outputPrefix({ ...owner, stem }), 'hls/1080p/segment_00001.m4s');
      expect(Buffer.byteLength(longest)).toBeLessThanOrEqual(1024);
      expect(stem).toMatch(/^🏖+-[0-9a-f]+$/u);
    }
  });

  test.each([
    ['photo.JPG', 'jpg'],
    ['archive.tar.gz', 'gz'],
    ['photo', ''],
    ['.jpg', ''],
    ['photo.', ''],
  ])('reads the extension of %s as "%s"', (file, extension) => {
    expect(extensionOf(file)).toBe(extension);
  });
});
