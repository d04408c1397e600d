import { randomBytes } from 'node:crypto';
import { cutToBytes } from '../../base/cut-to-bytes.ts';
import { extensionOf } from '../../base/file-name.ts';

/**
 * Maximum length of the file name in a key, in UTF-8 bytes: with tenant, user and prefix the key
 * stays below S3's 1,024, with room for the suffixes of outputs.
 */
const MAX_NAME = 200;
// Separators, wildcards and quotes break other tools; control and text-direction characters are
// rejected at admission.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}/\\?*:"'<>|#%`]/gu;

/**
 * Builds `{milliseconds}-{random}-{safe name}`: unique, sortable by time, and still recognizable to
 * the uploader.
 */
export function uploadName(fileName: string, now: Date): string {
  return `${now.getTime()}-${randomBytes(6).toString('hex')}-${safeName(fileName)}`;
}

const PREFIX = /^\d{13}-[\da-f]{12}-/;

/**
 * Returns a test of keys: whether the uploaded file's name begins with the text, in upper or lower
 * case. Finds files whose keys `uploadName` made and those that others named.
 */
export function beginsWithName(beginning: string): (key: string) => boolean {
  const folded = (text: string) => text.toWellFormed().normalize('NFC').toLowerCase();
  const wanted = [folded(beginning), folded(cleanName(beginning))];
  return (key) => {
    const name = folded(key.slice(key.lastIndexOf('/') + 1).replace(PREFIX, ''));
    return wanted.some((text) => name.startsWith(text));
  };
}

const cleanName = (fileName: string) =>
  fileName.toWellFormed().normalize('NFC').replaceAll(UNSAFE, '_').replaceAll(/\s+/gu, '_');

export function safeName(fileName: string): string {
  const clean = cleanName(fileName);
  const extension = extensionOf(clean);
  const suffix = extension && Buffer.byteLength(extension) <= 16 ? `.${extension}` : '';
  const stem = cutToBytes(
    suffix ? clean.slice(0, -suffix.length) : clean,
    MAX_NAME - Buffer.byteLength(suffix),
  );
  return `${stem || 'file'}${suffix}`;
}
