import { abortUpload, completeUpload, createUpload, signParts } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import type { PartLink, UploadLinks } from '../api/types.ts';
import { transfer } from './transfer.ts';

export interface Owner {
  tenant?: string;
  user?: string;
}

interface Sending {
  file: File;
  owner: Owner;
  signal: AbortSignal;
  onProgress: (sentBytes: number) => void;
}

/** Parts of one file on their way at the same time. */
const PARALLEL = 3;
const ATTEMPTS = 4;
const LINKS_AT_ONCE = 50;

/** Uploads a file by presigned links: one form for what is small, parts for what is large. Returns its key. */
export async function sendFile(sending: Sending): Promise<string> {
  const { file, owner } = sending;
  const links = await createUpload({ fileName: file.name, size: file.size, ...owner });
  if (links.method === 'POST') await sendForm(links, sending);
  else await sendParts(links, sending);
  return links.key;
}

async function sendForm(
  { url, fields }: Extract<UploadLinks, { method: 'POST' }>,
  { file, signal, onProgress }: Sending,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', file);
  await again(signal, () =>
    transfer({
      method: 'POST',
      url,
      body: form,
      signal,
      onProgress: (sent) => onProgress(Math.min(sent, file.size)),
    }),
  );
}

async function sendParts(
  links: Extract<UploadLinks, { method: 'MULTIPART' }>,
  { file, signal, onProgress }: Sending,
): Promise<void> {
  const { uploadId, partSize, partCount } = links;
  const known = new Map<number, PartLink>(links.parts.map((part) => [part.partNumber, part]));
  const sent = new Map<number, number>();
  const etags: { partNumber: number; etag: string }[] = [];
  let next = 1;
  const linkOf = async (partNumber: number, fresh: boolean): Promise<PartLink> => {
    if (fresh || !known.has(partNumber)) {
      const wanted = fresh ? [partNumber] : following(partNumber, partCount);
      for (const part of (await signParts(uploadId, wanted)).parts) known.set(part.partNumber, part);
    }
    return known.get(partNumber) as PartLink;
  };
  const work = async () => {
    while (next <= partCount) {
      const partNumber = next++;
      const from = (partNumber - 1) * partSize;
      const body = file.slice(from, Math.min(file.size, from + partSize));
      const etag = await again(signal, async (attempt) => {
        // A link may have ended while its part waited.
        const { url } = await linkOf(partNumber, attempt > 0);
        const progress = (bytes: number) => {
          sent.set(partNumber, Math.min(bytes, body.size));
          onProgress([...sent.values()].reduce((sum, value) => sum + value, 0));
        };
        return transfer({ method: 'PUT', url, body, signal, onProgress: progress });
      });
      etags.push({ partNumber, etag });
    }
  };
  try {
    await Promise.all(Array.from({ length: PARALLEL }, work));
    await completeUpload(uploadId, etags);
  } catch (error) {
    // What was sent would be paid for until the bucket's lifecycle removes it.
    await abortUpload(uploadId).catch(() => undefined);
    throw error;
  }
}

function following(first: number, count: number): number[] {
  return Array.from({ length: Math.min(LINKS_AT_ONCE, count - first + 1) }, (_, i) => first + i);
}

/** Tries again what a broken connection or a busy service stopped; what S3 refuses stays refused, but for links that have ended. */
async function again<T>(signal: AbortSignal, attempt: (number: number) => Promise<T>): Promise<T> {
  for (let number = 0; ; number++) {
    try {
      return await attempt(number);
    } catch (error) {
      const passing =
        error instanceof Problem && (error.status === 0 || error.status === 403 || error.status >= 500);
      if (signal.aborted || !passing || number + 1 >= ATTEMPTS) throw error;
      await pause(signal, navigator.onLine ? 500 * 2 ** number : 10_000);
    }
  }
}

function pause(signal: AbortSignal, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const wake = () => {
      clearTimeout(timer);
      resolve();
    };
    addEventListener('online', wake, { once: true });
    signal.addEventListener('abort', wake, { once: true });
  });
}
