import { type FileHandle, open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEAD_BYTES } from '../../../base/head-bytes.ts';
import type { FocalPoint } from '../../../contract/focal-point.ts';
import type {
  ArrivedPart,
  PartLink,
  PartLinks,
  UnfinishedUpload,
  UploadLinks,
} from '../../../contract/upload-api.ts';
import { type ApiClient, isGone } from '../../api-client.ts';
import { dropUpload, keepUpload, keptUpload } from './kept-uploads.ts';

export interface Sending {
  path: string;
  size: number;
  /** Of this file, its state, what is wanted of the API, and the API: what an unfinished upload is found again by. */
  identity: string;
  /** Owner, profile and focal point. */
  wanted: Partial<Record<'tenant' | 'user' | 'profile', string | undefined>> & {
    focalPoint?: FocalPoint | undefined;
  };
  onProgress: (sentBytes: number) => void;
}

/** Maximum number of parts of one file sent at the same time; each is in memory. */
const PARALLEL = 3;
const LINKS_AT_ONCE = 50;
const TRIES = 5;

/**
 * Uploads a file through presigned URLs: a small one as one form, a large one in parts, of which an
 * interrupted run may have sent some. Returns the object key.
 */
export async function sendFile(api: ApiClient, sending: Sending): Promise<string> {
  const { path, size, identity, wanted, onProgress } = sending;
  const kept = await unfinished(api, identity);
  if (kept) {
    await sendParts(api, { ...kept, links: [] }, sending);
    return kept.key;
  }
  const head = await headOf(path, size);
  const links = await api.post<UploadLinks>('/uploads', { fileName: basename(path), size, head, ...wanted });
  if (links.method === 'POST') {
    const form = new FormData();
    for (const [name, value] of Object.entries(links.fields)) form.append(name, value);
    form.append('file', new Blob([await readFile(path)]));
    await tried(() => transfer(links.url, { method: 'POST', body: form }));
    onProgress(size);
  } else {
    keepUpload(identity, links.uploadId);
    await sendParts(api, { ...links, links: links.parts, parts: [] }, sending);
  }
  return links.key;
}

async function unfinished(api: ApiClient, identity: string) {
  const uploadId = keptUpload(identity);
  if (!uploadId) return undefined;
  try {
    return { uploadId, ...(await api.get<UnfinishedUpload>(`/uploads/${uploadId}`)) };
  } catch (error) {
    if (!isGone(error)) throw error;
    dropUpload(identity);
    return undefined;
  }
}

interface Parts {
  uploadId: string;
  partSize: number;
  partCount: number;
  /** Presigned URLs that are already known. */
  links: readonly PartLink[];
  /** Received by S3 already. */
  parts: readonly ArrivedPart[];
}

async function sendParts(
  api: ApiClient,
  { uploadId, partSize, partCount, links, parts }: Parts,
  { path, size, identity, onProgress }: Sending,
): Promise<void> {
  const known = new Map(links.map((link) => [link.partNumber, link]));
  const etags = new Map(parts.map(({ partNumber, etag }) => [partNumber, etag]));
  const missing = Array.from({ length: partCount }, (_, i) => i + 1).filter((number) => !etags.has(number));
  const sizeOf = (part: number) => Math.min(partSize, size - (part - 1) * partSize);
  const report = () => onProgress([...etags.keys()].reduce((sum, part) => sum + sizeOf(part), 0));
  const linkOf = async (part: number, fresh: boolean): Promise<string> => {
    if (fresh || !known.has(part)) {
      const following = missing.filter((number) => number >= part).slice(0, LINKS_AT_ONCE);
      const partNumbers = fresh ? [part] : following;
      const answer = await api.post<PartLinks>(`/uploads/${uploadId}/parts`, { partNumbers });
      for (const link of answer.parts) known.set(link.partNumber, link);
    }
    return known.get(part)?.url ?? '';
  };
  const source = await open(path);
  let next = 0;
  const work = async () => {
    for (let part = missing[next++]; part !== undefined; part = missing[next++]) {
      const number = part;
      const body = await read(source, (number - 1) * partSize, sizeOf(number));
      // A presigned URL may have expired while its part was waiting.
      const etag = await tried(async (attempt) =>
        transfer(await linkOf(number, attempt > 0), { method: 'PUT', body }),
      );
      etags.set(number, etag);
      report();
    }
  };
  report();
  const workers = await Promise.allSettled(
    Array.from({ length: PARALLEL }, () =>
      work().catch((error: unknown) => {
        // The others stop after the part that they are sending, which a later run need not send.
        next = missing.length;
        throw error;
      }),
    ),
  );
  await source.close();
  const failed = workers.find((worker) => worker.status === 'rejected');
  if (failed) throw failed.reason;
  const all = [...etags].map(([partNumber, etag]) => ({ partNumber, etag }));
  await api.post(`/uploads/${uploadId}/complete`, { parts: all });
  dropUpload(identity);
}

/** For the API, which refuses what would be rejected. */
async function headOf(path: string, size: number): Promise<string> {
  const file = await open(path);
  try {
    return (await read(file, 0, Math.min(size, HEAD_BYTES))).toString('base64');
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, at: number, length: number): Promise<Buffer<ArrayBuffer>> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
  if (bytesRead < length)
    throw new Error(`Expected ${length} bytes at ${at}, got ${bytesRead}: the file has changed.`);
  return buffer;
}

/** An answer of S3 that a further try would not change. */
class Refused extends Error {}

/** Sends bytes to S3. Returns the ETag, if there is one. */
async function transfer(url: string, request: RequestInit): Promise<string> {
  const response = await fetch(url, request);
  const text = await response.text();
  if (response.ok) return response.headers.get('etag') ?? '';
  const code = /<Code>([^<]{1,80})</.exec(text)?.[1] ?? response.status;
  const message = /<Message>([^<]{1,300})</.exec(text)?.[1] ?? 'S3 gave no further details.';
  const problem = `S3 rejected the upload (${code}): ${message}`;
  // 403 is also the answer to a URL that has expired.
  const isFinal = response.status < 500 && ![403, 408, 429].includes(response.status);
  throw isFinal ? new Refused(problem) : new Error(problem);
}

async function tried<Result>(work: (attempt: number) => Promise<Result>): Promise<Result> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (error instanceof Refused || attempt + 1 === TRIES) throw error;
      await sleep(500 * 2 ** attempt * (0.5 + Math.random() / 2));
    }
  }
}
