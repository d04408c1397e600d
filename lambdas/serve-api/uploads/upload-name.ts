import { randomBytes } from 'node:crypto';
import { extensionOf } from '../../../base/file-name.ts';

/** UTF-8 bytes of the file's own name in a key: with tenant, user and prefix it stays below S3's 1,024, and outputs' suffixes find room. */
const MAX_NAME = 200;
// Separators, wildcards and quotes trip other people's tools; control and direction characters are refused at admission.
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}/\\?*:"'<>|#%`]/gu;

/** `{milliseconds}-{random}-{safe name}`: unique, sortable by time, and still recognisable to whoever uploaded it. */
export function uploadName(fileName: string, now: Date): string {
  return `${now.getTime()}-${randomBytes(6).toString('hex')}-${safeName(fileName)}`;
}

export function safeName(fileName: string): string {
  const clean = fileName.toWellFormed().normalize('NFC').replaceAll(UNSAFE, '_').replaceAll(/\s+/gu, '_');
  const extension = extensionOf(clean);
  const suffix = extension && Buffer.byteLength(extension) <= 16 ? `.${extension}` : '';
  const stem = cut(suffix ? clean.slice(0, -suffix.length) : clean, MAX_NAME - Buffer.byteLength(suffix));
  return `${stem || 'file'}${suffix}`;
}

function cut(text: string, bytes: number): string {
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    kept += character;
  }
  return kept;
}
