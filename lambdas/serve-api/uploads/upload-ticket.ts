import * as z from 'zod';
import { ownerOf } from '../../../contract/upload-key.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { notFound } from '../http/problem.ts';
import { limitFor } from './upload-plan.ts';

const TICKET = z.strictObject({ k: z.string(), u: z.string().min(1), s: z.number().int().min(1) });

/** An upload in parts, as its client carries it from call to call; S3 itself checks that id and key belong together. */
export interface UploadTicket {
  key: string;
  /** S3's id of the upload. */
  uploadId: string;
  /** Bytes of the whole. */
  size: number;
}

export function encodeTicket({ key, uploadId, size }: UploadTicket): string {
  return Buffer.from(JSON.stringify({ k: key, u: uploadId, s: size })).toString('base64url');
}

/** It is a name, not a permission: whoever presents it must own the key, and the size is checked again. Throws 404. */
export function decodeTicket({ config }: ApiDeps, identity: Identity, text: string): UploadTicket {
  const parsed = TICKET.safeParse(parse(Buffer.from(text, 'base64url').toString('utf8')));
  const owner = parsed.data && ownerOf(parsed.data.k);
  const ours = owner && (identity.role === 'operator' || owner.tenantId === identity.tenantId);
  if (!parsed.data || !ours || parsed.data.s > limitFor(owner.file, config)) throw notFound('such upload');
  return { key: parsed.data.k, uploadId: parsed.data.u, size: parsed.data.s };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
