import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { writePdf } from '../../../../samples/write-pdf.ts';
import { aesPdfCipher } from '../../../support/aes-pdf.ts';
import { processed, textAt } from './setup.ts';

const made = (password: Parameters<typeof aesPdfCipher>[0]) =>
  writePdf({ pages: [{ content: textAt('Still readable') }], cipher: aesPdfCipher(password) });

/** What poppler reads, which knows nothing of this code: the made files are what they are said to be. */
const byPoppler = (pdf: Buffer) =>
  execFileSync('pdftotext', ['-', '-'], { input: pdf, stdio: ['pipe', 'pipe', 'ignore'] })
    .toString()
    .trim();

describe.each([5, 6] as const)('a PDF encrypted with AES-256, revision %i', (revision) => {
  test.each([
    ['user', false],
    ['owner', false],
    ['owner', true],
  ] as const)('whose %s has an empty password opens (strings in parentheses: %p)', async (empty, literal) => {
    const pdf = made({ revision, empty, literal });
    expect(byPoppler(pdf)).toBe('Still readable');
    const { text, metadata, closing } = await processed(pdf);
    expect(text).toBe('Still readable\n');
    expect(metadata).toMatchObject({ encrypted: true, repaired: false });
    expect(closing.degraded).toEqual([]);
  });

  test('without an empty password is refused', async () => {
    const pdf = made({ revision, empty: 'none' });
    expect(() => byPoppler(pdf)).toThrow();
    await expect(processed(pdf)).rejects.toMatchObject({ name: 'EncryptedDocument' });
  });
});
