import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseUploadKey } from '../../../contract/upload-key.ts';

const inFolder = (file: string) => `tenants/acme/users/u_1/media/${file}`;

describe('parseUploadKey', () => {
  test.each([
    ['a plain name', 'photo.jpg'],
    ['spaces and plus signs', 'my photo + 1.jpg'],
    ['percent signs, which are not decoded', '%2e%2e%2f.jpg'],
    ['dots inside', '..photo..jpg'],
    ['emoji', '🏖️ beach.jpg'],
    ['decomposed accents, as macOS writes them', 'e\u0301te\u0301.jpg'],
    ['no extension', 'photo'],
    ['only an extension', '.jpg'],
  ])('takes %s exactly as it is', (_label, file) => {
    expect(parseUploadKey(inFolder(file))).toEqual({ tenantId: 'acme', userId: 'u_1', file });
  });

  test('takes a key of 1,024 bytes and refuses one of 1,025', () => {
    const key = inFolder('x'.repeat(1024 - inFolder('').length));
    expect(parseUploadKey(key).file).toHaveLength(1024 - inFolder('').length);
    expect(() => parseUploadKey(`${key}x`)).toThrow('at most 1024 bytes, got 1025');
  });

  test.each([
    ['a folder below media', inFolder('a/b.jpg')],
    ['the processed folder', inFolder('processed/x_webp.webp')],
    ['no file', inFolder('')],
    ['a file named ..', inFolder('..')],
    ['a tenant named ..', 'tenants/../users/u/media/a.jpg'],
    ['an encoded tenant', 'tenants/%2e%2e/users/u/media/a.jpg'],
    ['a tenant of 65 characters', `tenants/${'t'.repeat(65)}/users/u/media/a.jpg`],
    ['a leading slash', `/${inFolder('a.jpg')}`],
    ['a newline', inFolder('a\n.jpg')],
    ['a NUL', inFolder('a\0.jpg')],
    ['an escape sequence', inFolder('\u001b[31m.jpg')],
    ['a right-to-left override', inFolder('\u202egpj.exe')],
    ['a lone surrogate', inFolder('\ud800.jpg')],
  ])('refuses %s', (_label, key) => {
    expect(() => parseUploadKey(key)).toThrow(expect.objectContaining({ name: 'InvalidUploadKey' }));
  });

  test('either refuses a key or gives parts that put together are the key', () => {
    const segment = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('..', '.', '', '%2e%2e', 'media'),
    );
    const keys = fc.array(segment, { minLength: 1, maxLength: 8 }).map((segments) => segments.join('/'));
    const layout = fc
      .tuple(segment, segment, segment)
      .map(([t, u, f]) => `tenants/${t}/users/${u}/media/${f}`);
    fc.assert(
      fc.property(fc.oneof(keys, layout), (key) => {
        let parts: ReturnType<typeof parseUploadKey>;
        try {
          parts = parseUploadKey(key);
        } catch (error) {
          expect((error as Error).name).toBe('InvalidUploadKey');
          return;
        }
        expect(`tenants/${parts.tenantId}/users/${parts.userId}/media/${parts.file}`).toBe(key);
        expect(parts.file).not.toContain('/');
      }),
      { numRuns: 3000 },
    );
  });
});
