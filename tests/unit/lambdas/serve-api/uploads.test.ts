import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readConfig } from '../../../../base/config.ts';
import { parseUploadKey } from '../../../../contract/upload-key.ts';
import { BYTE_SETTINGS } from '../../../../core/uploads/max-bytes.ts';
import { beginsWithName, safeName, uploadName } from '../../../../core/uploads/upload-name.ts';
import {
  contentTypeFor,
  limitFor,
  planParts,
  sizeOfPart,
} from '../../../../lambdas/serve-api/uploads/upload-plan.ts';

const MiB = 2 ** 20;
const GiB = 2 ** 30;

describe('safeName', () => {
  test.each([
    ['IMG_0001.JPG', 'IMG_0001.jpg'],
    ['../../etc/passwd', '.._.._etc_passwd'],
    ['a b\tc.png', 'a_b_c.png'],
    ['été.heic', 'été.heic'],
    ['e\u0301.heic', 'é.heic'],
    ['a\u202Egpj.exe', 'a_gpj.exe'],
    ['.jpg', '.jpg'],
    ['日本語.mov', '日本語.mov'],
    [`${'x'.repeat(500)}.mp4`, `${'x'.repeat(196)}.mp4`],
  ])('makes %j into %j', (name, safe) => {
    expect(safeName(name)).toBe(safe);
  });

  test('makes of any name a key that admission takes, of at most 1,024 bytes', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: 'grapheme', maxLength: 300 }),
    );
    const owner = 'x'.repeat(64);
    fc.assert(
      fc.property(names, (name) => {
        const key = `tenants/${owner}/users/${owner}/media/${uploadName(name, new Date())}`;
        expect(parseUploadKey(key).tenantId).toBe(owner);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe('beginsWithName', () => {
  const folder = 'tenants/acme/users/ann/media/';
  const at = new Date('2026-01-31T12:00:00Z');

  test.each([
    ['the whole name', 'Holiday Photo.JPG', 'Holiday Photo.JPG', true],
    ['its beginning, in another case', 'holiday ph', 'Holiday Photo.JPG', true],
    ['characters that keys do not keep', 'a/b: "c', 'a/b: "c".png', true],
    ['an accent of two characters', 'e\u0301t', '\u00e9t\u00e9.heic', true],
    ['its middle', 'Photo', 'Holiday Photo.JPG', false],
    ['the digits before it', '17', 'Holiday Photo.JPG', false],
  ])('finds by %s what the API named', (_what, asked, fileName, found) => {
    expect(beginsWithName(asked)(`${folder}${uploadName(fileName, at)}`)).toBe(found);
  });

  test('finds a key that another program named', () => {
    expect(beginsWithName('my ph')(`${folder}My Photo.jpg`)).toBe(true);
    expect(beginsWithName('1769860800000-')(`${folder}1769860800000-x.jpg`)).toBe(true);
  });
});

describe('an upload in parts', () => {
  test.each([
    [65 * MiB, 16 * MiB, 5],
    [20 * GiB, 16 * MiB, 1280],
    [5 * 1024 * GiB, Math.ceil((5 * 1024 * GiB) / 2000), 2000],
  ])('of %d bytes has parts of %d, %d of them', (size, partSize, partCount) => {
    expect(planParts(size)).toEqual({ partSize, partCount });
    expect(partSize).toBeLessThanOrEqual(5 * GiB);
  });

  test('has parts that add up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 * GiB }), (size) => {
        const { partCount } = planParts(size);
        let sum = 0;
        for (let i = 1; i <= partCount; i++) sum += sizeOfPart(size, i);
        expect(sum).toBe(size);
      }),
      { seed: 1 },
    );
  });
});

describe('what an upload may be', () => {
  const settings = {
    MAX_IMAGE_BYTES: '1',
    MAX_VIDEO_BYTES: '4',
    MAX_AUDIO_BYTES: '3',
    MAX_DOCUMENT_BYTES: '2',
  };
  const limits = readConfig(settings, BYTE_SETTINGS);
  test.each([
    ['a.jpg', 1],
    ['a.MOV', 4],
    ['a.mp3', 3],
    ['a', 4],
    ['a.unknown', 4],
  ])('%s: at most %d bytes', (name, limit) => {
    expect(limitFor(name, limits)).toBe(limit);
  });

  test.each([
    ['a.JPG', 'image/jpeg'],
    ['a.opus', 'audio/ogg'],
    ['a.xyz', 'application/octet-stream'],
  ])('%s is called %s', (name, type) => {
    expect(contentTypeFor(name)).toBe(type);
  });
});
