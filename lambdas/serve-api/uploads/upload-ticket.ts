import * as z from 'zod';
import { ownerOf, type UploadKey } from '../../../contract/upload-key.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { notFound } from '../http/problem.ts';
import { limitFor } from './upload-plan.ts';

const TICKET = z.strictObject({ k: z.string(), u: z.string().min(1), s: z.number().int().min(1) });

/**
 * Multipart upload as the client passes it from call to call. S3 checks that upload ID and key
 * belong together.
 */
export interface UploadTicket {
  key: string;
  /** Upload ID assigned by S3. */
  uploadId: string;
  /** Total size in bytes. */
  size: number;
}

export function encodeTicket({ key, uploadId, size }: UploadTicket): string {
  return Buffer.from(JSON.stringify({ k: key, u: uploadId, s: size })).toString('base64url');
}

/**
 * Decodes a ticket. It grants no access: the caller must be allowed to upload to the key, and the
 * size is checked again. Throws 404.
 */
export function decodeTicket({ config }: ApiDeps, identity: Identity, text: string): UploadTicket {
  const parsed = TICKET.safeParse(parse(Buffer.from(text, 'base64url').toString('utf8')));
  const owner = parsed.data && ownerOf(parsed.data.k);
  const ours = owner && mayUploadFor(identity, owner);
  if (!parsed.data || !ours || parsed.data.s > limitFor(owner.file, config)) throw notFound('upload');
  return { key: parsed.data.k, uploadId: parsed.data.u, size: parsed.data.s };
}

/** A caller without a user is a service of the tenant, and may upload for any of its users. */
function mayUploadFor(identity: Identity, { tenantId, userId }: UploadKey): boolean {
  if (identity.role === 'operator') return true;
  return tenantId === identity.tenantId && (!identity.userId || userId === identity.userId);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
