import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl, S3RequestPresigner } from '@aws-sdk/s3-request-presigner';
import { awsCall } from './clients.ts';

export interface UploadTarget {
  bucket: string;
  key: string;
}

export interface UploadedPart {
  partNumber: number;
  etag: string;
}

/** Stands for a key in the link that the others are made like. */
const PLACE = 'key';

/** Links by which a browser moves bytes to and from S3 without passing them through the API. Never log one: it is a key. */
export class PresignedUrls {
  private readonly client: S3Client;

  /** The client must not add checksums by itself (core/aws/clients.ts `presigningS3`): they would be those of an empty body. */
  constructor(client: S3Client) {
    this.client = client;
  }

  /**
   * Gives what makes links to a bucket's objects. `from`: the moment that a link's time counts from, so that it can stay the same for a
   * while. Only the first link takes the way through the SDK's whole client, which finds the endpoint; the others are that request with
   * another path and a signature of its own. A playlist has thousands of them: 2,400 take 0.13 s of CPU, through the client 1 s.
   */
  async downloads(
    bucket: string,
    { from, seconds }: { from: Date; seconds: number },
  ): Promise<(key: string) => Promise<string>> {
    const options = { expiresIn: seconds, signingDate: from };
    const command = new GetObjectCommand({ Bucket: bucket, Key: PLACE });
    const example = new URL(await getSignedUrl(this.client, command, options));
    const { protocol, hostname, port, host } = example;
    const folder = example.pathname.slice(0, -PLACE.length);
    const query = Object.fromEntries([...example.searchParams].filter(([name]) => !/^X-Amz-/.test(name)));
    const presigner = new S3RequestPresigner({ ...this.client.config });
    return async (key) => {
      const path = folder + key.split('/').map(escaped).join('/');
      const address = { protocol, hostname, path, ...(port && { port: Number(port) }) };
      const signed = await presigner.presign(
        { method: 'GET', ...address, query, headers: { host } },
        options,
      );
      const parameters = Object.entries(signed.query ?? {}).map(
        ([name, value]) => `${name}=${escaped(`${value}`)}`,
      );
      return `${example.origin}${path}?${parameters.sort().join('&')}`;
    };
  }

  /** A form that takes exactly this key, this type, and at most `maxBytes`. */
  async post(
    target: UploadTarget,
    { contentType, maxBytes, seconds }: { contentType: string; maxBytes: number; seconds: number },
  ): Promise<{ url: string; fields: Record<string, string> }> {
    return createPresignedPost(this.client, {
      Bucket: target.bucket,
      Key: target.key,
      Fields: { 'Content-Type': contentType },
      Conditions: [
        ['eq', '$Content-Type', contentType],
        ['content-length-range', 1, maxBytes],
      ],
      Expires: seconds,
    });
  }

  /** Begins an upload in parts; gives S3's id of it. */
  async begin({ bucket, key }: UploadTarget, contentType: string): Promise<string> {
    const command = new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: contentType });
    const { UploadId } = await awsCall('begin an upload in parts', this.client.send(command));
    if (!UploadId) throw new Error('S3 began an upload without an id');
    return UploadId;
  }

  /** The link takes a body of exactly `size` bytes: its length is signed. */
  part(
    { bucket, key }: UploadTarget,
    uploadId: string,
    { partNumber, size, seconds }: { partNumber: number; size: number; seconds: number },
  ): Promise<string> {
    const command = new UploadPartCommand({
      Bucket: bucket,
      Key: key,
      UploadId: uploadId,
      PartNumber: partNumber,
      ContentLength: size,
    });
    return getSignedUrl(this.client, command, { expiresIn: seconds });
  }

  /** What has arrived of an upload in parts, in their order. Throws S3's own `NoSuchUpload`. */
  async arrived(
    { bucket, key }: UploadTarget,
    uploadId: string,
  ): Promise<(UploadedPart & { size: number })[]> {
    const found: (UploadedPart & { size: number })[] = [];
    let marker: string | undefined;
    do {
      const input = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumberMarker: marker };
      const page = await awsCall(
        'list the parts of an upload',
        this.client.send(new ListPartsCommand(input)),
      );
      for (const { PartNumber, ETag, Size } of page.Parts ?? [])
        if (PartNumber && ETag) found.push({ partNumber: PartNumber, etag: ETag, size: Size ?? 0 });
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker);
    return found;
  }

  /** Throws S3's own errors (`InvalidPart`, `NoSuchUpload` …). */
  async complete(
    { bucket, key }: UploadTarget,
    uploadId: string,
    parts: readonly UploadedPart[],
  ): Promise<void> {
    const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
    const command = new CompleteMultipartUploadCommand({
      Bucket: bucket,
      Key: key,
      UploadId: uploadId,
      MultipartUpload: { Parts },
    });
    await awsCall('complete an upload in parts', this.client.send(command));
  }

  async abort({ bucket, key }: UploadTarget, uploadId: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId });
    await awsCall('abort an upload in parts', this.client.send(command));
  }
}

/** As S3 signs it: what encodeURIComponent leaves of the reserved characters counts too (RFC 3986). */
const escaped = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
