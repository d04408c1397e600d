import { createHash } from 'node:crypto';
import { withoutExtension } from '../../base/file-name.ts';
import type { UploadKey } from '../../contract/upload-key.ts';

/** Room that a variant, its extension and a playlist's folder may need, so that an output key never passes S3's 1,024 bytes. */
const VARIANT_BYTES = 64;
const MAX_KEY_BYTES = 1024;

/**
 * Every variant that an output may be. No variant is another's suffix after an underscore, so `{stem}_{variant}` names exactly one
 * stem: `a_b` can never be mistaken for an output of `a` (tests/unit/core/outputs/output-key.test.ts proves it on generated stems).
 */
const VARIANT = new RegExp(
  `^(?:${[
    'thumb_(?:small|medium|large)\\.(?:jpg|png)',
    'optimized\\.(?:jpg|png)',
    'webp\\.webp',
    'avif\\.avif',
    '(?:480p|720p|1080p)\\.mp4',
    'hls/.+',
    'poster\\.jpg',
    'frame_\\d{2}\\.jpg',
    'storyboard\\.(?:jpg|vtt)',
    'audio\\.(?:mp3|m4a|ogg)',
    'waveform\\.(?:png|json)',
    'cover\\.(?:jpg|png)',
    'page_\\d{4}\\.(?:jpg|webp)',
    'text\\.txt',
    'pages\\.json',
    'markdown\\.md',
    'document\\.pdf',
    'metadata\\.json',
    'manifest\\.json',
  ].join('|')})$`,
  'u',
);

/** `tenants/{tenant}/users/{user}/media/processed/`: every output of a user's uploads lies below it, in the output bucket. */
export function outputFolder({ tenantId, userId }: Pick<UploadKey, 'tenantId' | 'userId'>): string {
  return `tenants/${tenantId}/users/${userId}/media/processed/`;
}

/** The key prefix that all outputs of one upload share, with its trailing underscore. Other uploads' keys may match it too: see `isOutputOf`. */
export function outputPrefix(owner: Pick<UploadKey, 'tenantId' | 'userId'> & { stem: string }): string {
  return `${outputFolder(owner)}${owner.stem}_`;
}

/** Whether an object's key is an output of the upload that owns the prefix. */
export function isOutputOf(prefix: string, key: string): boolean {
  return key.startsWith(prefix) && VARIANT.test(key.slice(prefix.length));
}

/** Appends `{variant}.{ext}`; throws on a variant outside the table, which no reader could attribute to its upload. */
export function outputKey(prefix: string, name: string): string {
  if (!VARIANT.test(name)) throw new Error(`Expected a variant from core/outputs/output-key.ts, got ${name}`);
  return prefix + name;
}

/**
 * The stems to try for an upload, best first: the file name without its extension, then with 8 and 16 hex digits of the key's
 * SHA-256, for when another upload owns the first. A stem too long for S3 is cut on a character and always carries the digits.
 */
export function stemCandidates(key: string, upload: UploadKey): string[] {
  const hex = createHash('sha256').update(key).digest('hex');
  const stem = withoutExtension(upload.file).normalize('NFC');
  const room = MAX_KEY_BYTES - VARIANT_BYTES - Buffer.byteLength(outputFolder(upload));
  const digested = [8, 16].map((digits) => `${cutToBytes(stem, room - 1 - digits)}-${hex.slice(0, digits)}`);
  return Buffer.byteLength(stem) <= room ? [stem, ...digested] : digested;
}

function cutToBytes(text: string, bytes: number): string {
  let cut = '';
  let used = 0;
  for (const character of text) {
    used += Buffer.byteLength(character);
    if (used > bytes) break;
    cut += character;
  }
  return cut;
}
