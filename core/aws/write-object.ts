import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { Upload as MultipartUpload } from '@aws-sdk/lib-storage';

export interface NewObject {
  bucket: string;
  key: string;
  contentType: string;
  body: Buffer | { file: string };
  /**
   * ETag that the existing object must have (`If-Match`); `null`: no object may exist
   * (`If-None-Match: *`); absent: no condition.
   */
  replaces?: string | null;
  /** User metadata. */
  metadata?: Record<string, string>;
  /**
   * Aborts an upload in parts: a task that must stop cannot wait for gigabytes. A single request is
   * not aborted: S3 may have stored the object all the same, and nobody would know its version.
   */
  signal?: AbortSignal | undefined;
}

/** Size in bytes above which an upload is multipart; also the part size. */
const PART_BYTES = 8 * 1024 * 1024;

/** Writes an object, in parts if it is a large file. Throws S3's errors. */
export async function writeObject(
  client: S3Client,
  { bucket, key, contentType, body, replaces, metadata, signal }: NewObject,
) {
  const condition =
    replaces === undefined ? {} : replaces === null ? { IfNoneMatch: '*' } : { IfMatch: replaces };
  const common = { Bucket: bucket, Key: key, ContentType: contentType, Metadata: metadata, ...condition };
  if (Buffer.isBuffer(body) || (await stat(body.file)).size <= PART_BYTES) {
    const Body = Buffer.isBuffer(body) ? body : await readFile(body.file);
    return client.send(new PutObjectCommand({ ...common, Body }));
  }
  const upload = new MultipartUpload({
    client: client,
    params: { ...common, Body: createReadStream(body.file) },
    partSize: PART_BYTES,
    queueSize: 2,
  });
  const abort = () => void upload.abort();
  signal?.addEventListener('abort', abort);
  if (signal?.aborted) abort();
  return upload.done().finally(() => signal?.removeEventListener('abort', abort));
}
