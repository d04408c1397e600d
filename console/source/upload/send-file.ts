import { HEAD_BYTES } from '../../../base/head-bytes.ts';
import type { UploadLinks } from '../../../contract/upload-api.ts';
import { createUpload, getUpload } from '../api/client.ts';
import { Problem } from '../api/problem.ts';
import { again } from './again.ts';
import { sendParts } from './send-parts.ts';
import type { Sending } from './sending.ts';
import { dropTicket, keepTicket, ticketOf } from './tickets.ts';
import { transfer } from './transfer.ts';

/**
 * Uploads a file through presigned URLs: small files as one form, large ones in parts, of which
 * some may already be uploaded. Returns the object key.
 */
export async function sendFile(sending: Sending): Promise<string> {
  const { file, owner } = sending;
  const begun = await goOn(sending);
  if (begun) return begun;
  const links = await createUpload({
    fileName: file.name,
    size: file.size,
    head: await headOf(file),
    ...owner,
  });
  if (links.method === 'POST') await sendForm(links, sending);
  else {
    keepTicket(links.uploadId, file, owner);
    await sendParts({ ...links, links: links.parts, arrived: [] }, sending);
  }
  return links.key;
}

/**
 * Resumes an upload that an earlier page load started. Returns undefined if there is none, or it no
 * longer exists.
 */
async function goOn(sending: Sending): Promise<string | undefined> {
  const ticket = ticketOf(sending.file, sending.owner);
  if (!ticket) return undefined;
  const { uploadId } = ticket;
  const upload = await getUpload(uploadId).catch((error) => {
    if (error instanceof Problem && (error.status === 404 || error.status === 400)) return undefined;
    throw error;
  });
  if (!upload) {
    dropTicket(uploadId);
    return undefined;
  }
  const { key, partSize, partCount, parts: arrived } = upload;
  await sendParts({ uploadId, partSize, partCount, links: [], arrived }, sending);
  return key;
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

/** The first bytes in base64, for the API, which refuses what would be rejected. */
async function headOf(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  // In pieces: an argument for each byte would be too many.
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}
