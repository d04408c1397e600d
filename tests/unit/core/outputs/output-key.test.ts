import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { extensionOf } from '../../../../base/file-name.ts';
import { parseUploadKey } from '../../../../contract/upload-key.ts';
import { isOutputOf, outputKey, outputPrefix, stemCandidates } from '../../../../core/outputs/output-key.ts';
import { NAMED_ROWS, OUTPUTS } from '../../../../media/kinds/outputs.ts';
import { namesOf } from '../../../support/output-names.ts';

const owner = { tenantId: 'acme', userId: 'u1' };
/** Those of OUTPUTS, and examples of what profiles name. */
const NAMES = [...OUTPUTS, ...NAMED_ROWS].flatMap(namesOf);
/** All that names are made of, so that stems may look like the beginnings and ends of names. */
const PIECES = [...new Set(NAMES.flatMap((name) => name.split(/[_/]/)))];
const candidates = (key: string) => stemCandidates(key, parseUploadKey(key));

describe('output keys', () => {
  test('lie below the user’s processed folder and carry stem, variant and extension', () => {
    const prefix = outputPrefix({ ...owner, stem: '1234567890-abc123-image' });
    expect(outputKey(prefix, 'thumb_small.jpg')).toBe(
      'tenants/acme/users/u1/media/processed/1234567890-abc123-image_thumb_small.jpg',
    );
  });

  test('refuse a name that is not in the table', () => {
    expect(() => outputKey('p_', '../x.jpg')).toThrow('Expected a name');
  });

  test.each(['small.jpg', 'large.webp', 'webp.png', 'page.webp', 'manifest.mp3', 'hls.mp4'])(
    'refuse %s, which could be the end of another name',
    (name) => {
      expect(() => outputKey('p_', name)).toThrow('Expected a name');
    },
  );

  test.each(OUTPUTS.flatMap(namesOf).filter((name) => name.includes('_')))(
    'belong to the stem before %s, not to the one that its words would make longer',
    (name) => {
      const [words = '', ...rest] = name.split(/_(?=[^_]*$)/);
      const key = outputKey('a_', name);
      expect(key).toBe(`a_${words}_${rest}`);
      expect(isOutputOf(`a_${words}_`, key)).toBe(false);
    },
  );

  test('belong to exactly one stem, whatever the stems are', () => {
    const piece = fc.constantFrom('a', 'b', '_', '-', '.jpg', ...PIECES);
    const stem = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(''));
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
      const keys = NAMES.map((name) => Buffer.byteLength(outputKey(outputPrefix({ ...owner, stem }), name)));
      expect(Math.max(...keys)).toBeLessThanOrEqual(1024);
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
