import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload as MultipartUpload } from '@aws-sdk/lib-storage';
import { MediaError } from '../../base/errors.ts';
import { awsCall, isAbsentObject, isConditionalFailure } from './clients.ts';

/** One upload, pinned to the bytes that its event spoke of: by version where the bucket has versions, else by ETag. */
export interface SourceObject {
  bucket: string;
  key: string;
  versionId?: string | null | undefined;
  etag: string;
}

export interface NewObject {
  bucket: string;
  key: string;
  contentType: string;
  body: Buffer | { file: string };
  /** ETag that the key must have at the moment of writing; `null`: it must not exist. */
  replaces: string | null;
  /** Ends the upload: a task that must stop cannot wait for gigabytes. */
  signal?: AbortSignal | undefined;
}

/** Bytes from which an upload goes in parts; also each part's size. */
const PART_BYTES = 8 * 1024 * 1024;
/** S3's own limit on one DeleteObjects call. */
const DELETE_BATCH = 1000;

export class ObjectStore {
  private readonly client: S3Client;

  constructor(client: S3Client) {
    this.client = client;
  }

  /** The first bytes of the source and its whole size. Throws `SourceDeleted`, or `Superseded` where an unversioned key holds other bytes by now. */
  async readHead(source: SourceObject, bytes: number): Promise<{ head: Buffer; size: number }> {
    const answer = await this.get(source, `bytes=0-${bytes - 1}`).catch((error) => {
      // A range on an empty object is not satisfiable; what is there to read is nothing.
      if (error instanceof Error && error.name === 'InvalidRange') return undefined;
      throw error;
    });
    if (!answer) return { head: Buffer.alloc(0), size: 0 };
    const head = Buffer.from(await awsCall(`read ${source.key}`, body(answer).transformToByteArray()));
    return {
      head: head.subarray(0, bytes),
      size: Number(answer.ContentRange?.split('/')[1] ?? answer.ContentLength ?? head.length),
    };
  }

  /** The whole source in memory: only for kinds with a small size limit. */
  async read(source: SourceObject): Promise<Buffer> {
    return Buffer.from(
      await awsCall(`read ${source.key}`, body(await this.get(source)).transformToByteArray()),
    );
  }

  /** An output as it is now; undefined where there is none (any more). */
  async readOutput(bucket: string, key: string): Promise<Buffer | undefined> {
    try {
      const answer = await awsCall(
        `read ${key}`,
        this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key })),
      );
      return Buffer.from(await awsCall(`read ${key}`, body(answer).transformToByteArray()));
    } catch (error) {
      if (isAbsentObject(error)) return undefined;
      throw error;
    }
  }

  /** The source to a local file, streamed. Throws `ServiceUnavailable` if fewer bytes arrive than S3 announced. */
  async download(source: SourceObject, file: string, signal?: AbortSignal): Promise<void> {
    const answer = await this.get(source);
    await awsCall(
      `download ${source.key}`,
      pipeline(body(answer) as unknown as Readable, createWriteStream(file), { signal }),
    );
    const { size } = await stat(file);
    if (answer.ContentLength !== undefined && size !== answer.ContentLength) {
      throw new MediaError(
        'ServiceUnavailable',
        `Expected ${answer.ContentLength} bytes of ${source.key}, got ${size}.`,
      );
    }
  }

  /** Writes an object if the key still holds what `replaces` says. Returns its new ETag, or undefined where another writer was first. */
  async put({ bucket, key, contentType, body, replaces, signal }: NewObject): Promise<string | undefined> {
    const condition = replaces === null ? { IfNoneMatch: '*' } : { IfMatch: replaces };
    const common = { Bucket: bucket, Key: key, ContentType: contentType, ...condition };
    try {
      if (!Buffer.isBuffer(body) && (await stat(body.file)).size > PART_BYTES) {
        const upload = new MultipartUpload({
          client: this.client,
          params: { ...common, Body: createReadStream(body.file) },
          partSize: PART_BYTES,
          queueSize: 2,
        });
        const abort = () => void upload.abort();
        signal?.addEventListener('abort', abort);
        if (signal?.aborted) abort();
        const written = awsCall(`write ${key}`, upload.done());
        return (await written.finally(() => signal?.removeEventListener('abort', abort))).ETag;
      }
      const content = Buffer.isBuffer(body) ? body : await readFile(body.file);
      return (
        await awsCall(
          `write ${key}`,
          this.client.send(
            new PutObjectCommand({ ...common, Body: content }),
            signal ? { abortSignal: signal } : {},
          ),
        )
      ).ETag;
    } catch (error) {
      if (isConditionalFailure(error)) return undefined;
      throw error;
    }
  }

  /** Key and ETag of every object below a prefix. */
  async list(bucket: string, prefix: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token });
      const page = await awsCall(`list ${prefix}`, this.client.send(command));
      for (const { Key, ETag } of page.Contents ?? []) if (Key && ETag) found.set(Key, ETag);
      token = page.NextContinuationToken;
    } while (token);
    return found;
  }

  async remove(bucket: string, keys: readonly string[]): Promise<void> {
    for (let i = 0; i < keys.length; i += DELETE_BATCH) {
      const Objects = keys.slice(i, i + DELETE_BATCH).map((Key) => ({ Key }));
      const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } });
      const { Errors = [] } = await awsCall(`delete ${keys[i]}`, this.client.send(command));
      const [first] = Errors;
      if (first)
        throw new MediaError(
          'ServiceUnavailable',
          `Could not delete ${Errors.length} objects: ${first.Key}: ${first.Code}`,
        );
    }
  }

  private async get(
    { bucket, key, versionId, etag }: SourceObject,
    range?: string,
  ): Promise<GetObjectCommandOutput> {
    const pinned = versionId ? { VersionId: versionId } : { IfMatch: quoted(etag) };
    try {
      return await awsCall(
        `read ${key}`,
        this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key, Range: range, ...pinned })),
      );
    } catch (error) {
      if (isAbsentObject(error))
        throw new MediaError('SourceDeleted', `The upload ${key} is no longer in ${bucket}.`, {
          cause: error,
        });
      if (isConditionalFailure(error))
        throw new MediaError('Superseded', `The upload ${key} was replaced by another.`, { cause: error });
      throw error;
    }
  }
}

/** S3's events carry an ETag bare; its API wants it in quotes. */
const quoted = (etag: string) => (etag.startsWith('"') ? etag : `"${etag}"`);

function body(answer: GetObjectCommandOutput) {
  if (!answer.Body) throw new MediaError('ServiceUnavailable', 'S3 answered without a body.');
  return answer.Body;
}
