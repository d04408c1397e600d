import type { ArrivedPart, PartLink } from '../../../contract/upload-api.ts';
import { abortUpload, completeUpload, signParts } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { again } from './again.ts';
import type { Sending } from './sending.ts';
import { asOnlyWindow, dropTicket } from './tickets.ts';
import { transfer } from './transfer.ts';

export interface PartsPlan {
  uploadId: string;
  partSize: number;
  partCount: number;
  /** Presigned URLs that are already known. */
  links: readonly PartLink[];
  arrived: readonly ArrivedPart[];
}

/** Maximum number of parts of one file sent at the same time. */
const PARALLEL = 3;
const LINKS_AT_ONCE = 50;

/**
 * Sends the missing parts and completes the multipart upload. Keeps the ticket if the upload can be
 * resumed later.
 */
export function sendParts(plan: PartsPlan, sending: Sending): Promise<void> {
  const { uploadId } = plan;
  const work = async () => {
    try {
      await completeUpload(uploadId, await sendRest(plan, sending));
      dropTicket(uploadId);
    } catch (error) {
      if (!sending.signal.aborted && !isFinal(error)) throw error;
      dropTicket(uploadId);
      // Parts already sent would cost money until the bucket's lifecycle rule removes them.
      await abortUpload(uploadId).catch(() => undefined);
      throw error;
    }
  };
  return asOnlyWindow(
    uploadId,
    work,
    () => new Problem(409, 'This file is already being uploaded', 'See this list or another window.'),
  );
}

async function sendRest(
  { uploadId, partSize, partCount, links, arrived }: PartsPlan,
  { file, signal: cancelled, onProgress }: Sending,
): Promise<{ partNumber: number; etag: string }[]> {
  // When one part fails for good, the others stop too.
  const failed = new AbortController();
  const signal = AbortSignal.any([cancelled, failed.signal]);
  const known = new Map(links.map((link) => [link.partNumber, link]));
  const sent = new Map(arrived.map(({ partNumber, size }) => [partNumber, size]));
  const etags = arrived.map(({ partNumber, etag }) => ({ partNumber, etag }));
  const missing = Array.from({ length: partCount }, (_, i) => i + 1).filter((number) => !sent.has(number));
  const report = () => onProgress([...sent.values()].reduce((sum, bytes) => sum + bytes, 0));
  const linkOf = async (partNumber: number, fresh: boolean): Promise<PartLink> => {
    if (fresh || !known.has(partNumber)) {
      const following = missing.filter((number) => number >= partNumber).slice(0, LINKS_AT_ONCE);
      const { parts } = await signParts(uploadId, fresh ? [partNumber] : following);
      for (const part of parts) known.set(part.partNumber, part);
    }
    return known.get(partNumber) as PartLink;
  };
  let next = 0;
  const work = async () => {
    for (let partNumber = missing[next++]; partNumber !== undefined; partNumber = missing[next++]) {
      const part = partNumber;
      const body = file.slice((part - 1) * partSize, Math.min(file.size, part * partSize));
      const etag = await again(signal, async (attempt) => {
        // A presigned URL may have expired while its part was waiting.
        const { url } = await linkOf(part, attempt > 0);
        const progress = (bytes: number) => {
          sent.set(part, Math.min(bytes, body.size));
          report();
        };
        return transfer({ method: 'PUT', url, body, signal, onProgress: progress });
      });
      etags.push({ partNumber: part, etag });
    }
  };
  report();
  try {
    await Promise.all(Array.from({ length: PARALLEL }, work));
  } finally {
    failed.abort();
  }
  return etags;
}

/**
 * Tells whether the upload itself was rejected, so that resuming would fail the same way. A missing
 * permission or connection may come back.
 */
const isFinal = (error: unknown) =>
  error instanceof Problem && [400, 404, 409, 413, 422].includes(error.status);
