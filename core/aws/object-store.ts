import { createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ByteRange } from '../../base/byte-range.ts';
import { MediaError } from '../../base/errors.ts';
import { awsCall, isAbsentObject, isConditionalFailure } from './clients.ts';
import { fillRanges } from './download-ranges.ts';
import { type NewObject, writeObject } from './write-object.ts';

/**
 * Upload pinned to the content its event announced: by version ID in a versioned bucket, otherwise
 * by ETag.
 */
export interface SourceObject {
  bucket: string;
  key: string;
  versionId?: string | null | undefined;
  etag: string;
}

/** Current version of an object. `versionId` is absent in an unversioned bucket. */
export interface CurrentObject {
  etag: string;
  /** Bytes. */
  size: number;
  versionId?: string;
  lastModified: Date;
  /** User metadata. */
  metadata?: Readonly<Record<string, string>>;
}

/** What S3 answered to a write. */
export interface WrittenObject {
  etag: string;
  versionId: string;
}

export class ObjectStore {
  private readonly client: S3Client;

  constructor(client: S3Client) {
    this.client = client;
  }

  /**
   * Returns bytes of the source from a position, fewer at its end, its total size (0 if it ends
   * before that), and its user metadata. Throws `SourceDeleted`, or `Superseded` if an unversioned
   * key has since been overwritten.
   */
  async readRange(
    source: SourceObject,
    position: number,
    bytes: number,
  ): Promise<{ found: Buffer; size: number; metadata?: Record<string, string> }> {
    const range = `bytes=${position}-${position + bytes - 1}`;
    const answer = await this.get(source, range).catch((error) => {
      // S3 rejects a range behind the end, and any of an empty object.
      if (error instanceof Error && error.name === 'InvalidRange') return undefined;
      throw error;
    });
    if (!answer) return { found: Buffer.alloc(0), size: 0 };
    const found = Buffer.from(await awsCall(`read ${source.key}`, body(answer).transformToByteArray()));
    return {
      found: found.subarray(0, bytes),
      size: Number(answer.ContentRange?.split('/')[1] ?? answer.ContentLength ?? found.length),
      ...(answer.Metadata && { metadata: answer.Metadata }),
    };
  }

  /** Reads the whole source into memory: only for kinds with a small size limit. */
  async read(source: SourceObject): Promise<Buffer> {
    return Buffer.from(
      await awsCall(`read ${source.key}`, body(await this.get(source)).transformToByteArray()),
    );
  }

  /**
   * Reads a version of an output, by default the current one, or returns undefined if it does not
   * exist.
   */
  async readOutput(bucket: string, key: string, versionId?: string): Promise<Buffer | undefined> {
    try {
      const answer = await awsCall(
        `read ${key}`,
        this.client.send(new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId })),
      );
      return Buffer.from(await awsCall(`read ${key}`, body(answer).transformToByteArray()));
    } catch (error) {
      if (isAbsentObject(error)) return undefined;
      throw error;
    }
  }

  /** Returns S3's facts about the current version of an object, or undefined if there is none. */
  async current(bucket: string, key: string): Promise<CurrentObject | undefined> {
    const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
    try {
      const answer = await awsCall(`look up ${key}`, this.client.send(command));
      // S3 calls a version `null` that was written while the bucket had no versioning.
      const versionId = answer.VersionId === 'null' ? undefined : answer.VersionId;
      return {
        etag: (answer.ETag ?? '').replaceAll('"', ''),
        size: answer.ContentLength ?? 0,
        lastModified: answer.LastModified ?? new Date(0),
        ...(versionId && { versionId }),
        ...(answer.Metadata && { metadata: answer.Metadata }),
      };
    } catch (error) {
      if (isAbsentObject(error)) return undefined;
      throw error;
    }
  }

  /**
   * Streams the source to a local file. Throws `ServiceUnavailable` if the size differs from S3's
   * Content-Length.
   */
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

  /**
   * Creates a sparse local file of `size` bytes with these ranges of the source. Throws like
   * `download`.
   */
  downloadRanges(
    source: SourceObject,
    file: string,
    ranges: readonly ByteRange[],
    size: number,
    signal?: AbortSignal,
  ): Promise<void> {
    const of = { key: source.key, file, ranges, size };
    return fillRanges((range) => this.get(source, range), of, signal);
  }

  /**
   * Writes an object on condition of `replaces`. Returns its ETag and version ID, or undefined if
   * another writer was first. Throws `InvalidConfiguration` if the bucket is not versioned.
   */
  async put(object: NewObject): Promise<WrittenObject | undefined> {
    try {
      const { ETag, VersionId } = await awsCall(`write ${object.key}`, writeObject(this.client, object));
      if (ETag && VersionId) return { etag: ETag, versionId: VersionId };
    } catch (error) {
      // S3 answers If-Match with 404 if the object is gone:
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
      if (isConditionalFailure(error) || (object.replaces && isAbsentObject(error))) return undefined;
      throw error;
    }
    throw new MediaError(
      'InvalidConfiguration',
      `Expected a version ID for ${object.key}, got none: bucket ${object.bucket} must be versioned.`,
    );
  }

  /** Lists the key and ETag of every object under a prefix. */
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

  /** Lists the keys under a prefix in order, at most `limit` (1,000), those behind `after`. */
  async listKeys(
    bucket: string,
    prefix: string,
    { after, limit }: { after?: string | undefined; limit: number },
  ): Promise<string[]> {
    const command = new ListObjectsV2Command({
      ...{ Bucket: bucket, Prefix: prefix, StartAfter: after, MaxKeys: limit },
    });
    const { Contents = [] } = await awsCall(`list ${prefix}`, this.client.send(command));
    return Contents.flatMap(({ Key }) => Key ?? []);
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

/** Adds quotes to an ETag: S3 events carry it without, the API requires them. */
const quoted = (etag: string) => (etag.startsWith('"') ? etag : `"${etag}"`);

function body(answer: GetObjectCommandOutput) {
  if (!answer.Body) throw new MediaError('ServiceUnavailable', 'Expected a response body from S3, got none.');
  return answer.Body;
}
