import { createHash } from 'node:crypto';
import { cutToBytes } from '../../base/cut-to-bytes.ts';
import { withoutExtension } from '../../base/file-name.ts';
import type { UploadKey } from '../../contract/upload-key.ts';
import { describeOutput } from '../../media/kinds/describe-output.ts';

/**
 * Bytes reserved for the longest name in media/kinds/outputs.ts, so that an output key never
 * exceeds S3's 1,024 bytes.
 */
const VARIANT_BYTES = 64;
const MAX_KEY_BYTES = 1024;

/** User metadata of every output: the job that wrote this version. */
export const JOB_ID_METADATA = 'job-id';

/**
 * Returns the key prefix of a job's intermediate files, which a lifecycle rule expires. They are
 * not outputs: no manifest lists them.
 */
export function intermediatePrefix(jobId: string): string {
  return `intermediate/${jobId}/`;
}

/**
 * Returns `tenants/{tenant}/users/{user}/media/processed/`, the prefix in the output bucket of all
 * outputs of a user's uploads.
 */
export function outputFolder({ tenantId, userId }: Pick<UploadKey, 'tenantId' | 'userId'>): string {
  return `tenants/${tenantId}/users/${userId}/media/processed/`;
}

/**
 * Returns the key prefix of all outputs of one upload, with its trailing underscore. Other uploads'
 * outputs may match it too: see `isOutputOf`.
 */
export function outputPrefix(owner: Pick<UploadKey, 'tenantId' | 'userId'> & { stem: string }): string {
  return `${outputFolder(owner)}${owner.stem}_`;
}

/** Returns true if the key is an output of the upload that owns the prefix. */
export function isOutputOf(prefix: string, key: string): boolean {
  return key.startsWith(prefix) && describeOutput(key.slice(prefix.length)) !== undefined;
}

/**
 * Appends `{variant}.{ext}` to the prefix. Throws on an unknown name, which could not be attributed
 * to its upload.
 */
export function outputKey(prefix: string, name: string): string {
  if (!describeOutput(name)) throw new Error(`Expected a name from media/kinds/outputs.ts, got ${name}`);
  return prefix + name;
}

/**
 * Returns the candidate stems for an upload, in order of preference: the file name without its
 * extension, then with 8 and 16 hex digits of the key's SHA-256, in case another upload owns the
 * first. A stem too long for S3 is cut at a character boundary and always has the digits.
 */
export function stemCandidates(key: string, upload: UploadKey): string[] {
  const hex = createHash('sha256').update(key).digest('hex');
  const stem = withoutExtension(upload.file).normalize('NFC');
  const room = MAX_KEY_BYTES - VARIANT_BYTES - Buffer.byteLength(outputFolder(upload));
  const digested = [8, 16].map((digits) => `${cutToBytes(stem, room - 1 - digits)}-${hex.slice(0, digits)}`);
  return Buffer.byteLength(stem) <= room ? [stem, ...digested] : digested;
}
