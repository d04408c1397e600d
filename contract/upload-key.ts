import { MediaError } from '../base/errors.ts';
import { IDENTIFIER_PATTERN } from './identifier.ts';

/** Components of an upload key, `tenants/{tenant}/users/{user}/media/{file}`. */
export interface UploadKey {
  tenantId: string;
  userId: string;
  file: string;
}

/** S3's limit on the length of a key, in UTF-8 bytes. */
const MAX_KEY_BYTES = 1024;
const LAYOUT = new RegExp(
  `^tenants/(${IDENTIFIER_PATTERN})/users/(${IDENTIFIER_PATTERN})/media/([^/]+)$`,
  'u',
);
// Control characters would break logs and listings; bidirectional overrides make "gpj.exe" read as
// "exe.jpg".
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

/**
 * Parses an upload key exactly as an S3 event in EventBridge contains it. Nothing is URL-decoded,
 * so `%2e%2e` and `+` are file-name characters. Throws `InvalidUploadKey` for anything outside the
 * layout.
 */
export function parseUploadKey(key: string): UploadKey {
  const bytes = Buffer.byteLength(key, 'utf8');
  if (bytes > MAX_KEY_BYTES) throw invalid(key, `a key of at most ${MAX_KEY_BYTES} bytes, got ${bytes}`);
  const [, tenantId, userId, file] = LAYOUT.exec(key) ?? [];
  if (!tenantId || !userId || !file) {
    throw invalid(
      key,
      'tenants/{tenant}/users/{user}/media/{file}, tenant and user of 1 to 64 letters, digits, _ or -',
    );
  }
  if (file === '.' || file === '..') throw invalid(key, 'a file name other than . and ..');
  if (FORBIDDEN.test(file)) throw invalid(key, 'a file name without control or text-direction characters');
  if (!file.isWellFormed()) throw invalid(key, 'a file name in valid Unicode');
  return { tenantId, userId, file };
}

/** Parses an upload key. Returns undefined for a key outside the layout. */
export function ownerOf(key: string): UploadKey | undefined {
  try {
    return parseUploadKey(key);
  } catch (error) {
    if (error instanceof MediaError) return undefined;
    throw error;
  }
}

function invalid(key: string, expected: string): MediaError {
  return new MediaError(
    'InvalidUploadKey',
    `Expected ${expected}; the key was ${JSON.stringify(shorten(key))}.`,
  );
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
