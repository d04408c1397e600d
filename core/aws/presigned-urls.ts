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

export interface DescribedUpload {
  contentType: string;
  /** User metadata. */
  metadata: Record<string, string>;
}

export interface UploadedPart {
  partNumber: number;
  etag: string;
}

/** Placeholder key in the URL that serves as a template for the others. */
const PLACE = 'key';

/**
 * Creates presigned URLs, so that a browser exchanges data with S3 directly. Never log one: it is a
 * credential.
 */
export class PresignedUrls {
  private readonly client: S3Client;

  /**
   * The client must not add checksums (core/aws/clients.ts `presigningS3`): they would cover an
   * empty body.
   */
  constructor(client: S3Client) {
    this.client = client;
  }

  /**
   * Returns a function that presigns downloads of object versions from a bucket. `from`: signing
   * date, from which expiry counts; a fixed date keeps URLs stable for a while. Only the first URL
   * passes through the SDK client, which resolves the endpoint; the others reuse that request with
   * their own path and signature. A playlist has thousands: 2,400 take 0.13 s of CPU, 1 s through
   * the client.
   */
  async downloads(
    bucket: string,
    { from, seconds }: { from: Date; seconds: number },
  ): Promise<(key: string, versionId?: string) => Promise<string>> {
    const options = { expiresIn: seconds, signingDate: from };
    const command = new GetObjectCommand({ Bucket: bucket, Key: PLACE });
    const example = new URL(await getSignedUrl(this.client, command, options));
    const { protocol, hostname, port, host } = example;
    const folder = example.pathname.slice(0, -PLACE.length);
    const query = Object.fromEntries([...example.searchParams].filter(([name]) => !/^X-Amz-/.test(name)));
    const presigner = new S3RequestPresigner({ ...this.client.config });
    return async (key, versionId) => {
      const path = folder + key.split('/').map(escaped).join('/');
      const address = { protocol, hostname, path, ...(port && { port: Number(port) }) };
      const signed = await presigner.presign(
        {
          method: 'GET',
          ...address,
          query: { ...query, ...(versionId && { versionId }) },
          headers: { host },
        },
        options,
      );
      const parameters = Object.entries(signed.query ?? {}).map(
        ([name, value]) => `${name}=${escaped(`${value}`)}`,
      );
      return `${example.origin}${path}?${parameters.sort().join('&')}`;
    };
  }

  /**
   * Presigns a POST form that accepts only this key, content type and user metadata, and at most
   * `maxBytes`.
   */
  async post(
    target: UploadTarget,
    { contentType, metadata, maxBytes, seconds }: DescribedUpload & { maxBytes: number; seconds: number },
  ): Promise<{ url: string; fields: Record<string, string> }> {
    const named = Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const);
    return createPresignedPost(this.client, {
      Bucket: target.bucket,
      Key: target.key,
      Fields: { 'Content-Type': contentType, ...Object.fromEntries(named) },
      Conditions: [
        ['eq', '$Content-Type', contentType],
        ...named.map(([name, value]): ['eq', string, string] => ['eq', `$${name}`, value]),
        ['content-length-range', 1, maxBytes],
      ],
      Expires: seconds,
    });
  }

  /** Creates a multipart upload and returns its upload ID. */
  async begin({ bucket, key }: UploadTarget, { contentType, metadata }: DescribedUpload): Promise<string> {
    const command = new CreateMultipartUploadCommand({
      ...{ Bucket: bucket, Key: key, ContentType: contentType },
      Metadata: metadata,
    });
    const { UploadId } = await awsCall('create the multipart upload', this.client.send(command));
    if (!UploadId) throw new Error('Expected an UploadId from S3, got none');
    return UploadId;
  }

  /**
   * Presigns the upload of one part. The body must have exactly `size` bytes: Content-Length is
   * signed.
   */
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

  /** Lists the uploaded parts of a multipart upload, in order. Throws S3's `NoSuchUpload`. */
  async arrived(
    { bucket, key }: UploadTarget,
    uploadId: string,
  ): Promise<(UploadedPart & { size: number })[]> {
    const found: (UploadedPart & { size: number })[] = [];
    let marker: string | undefined;
    do {
      const input = { Bucket: bucket, Key: key, UploadId: uploadId, PartNumberMarker: marker };
      const page = await awsCall(
        'list the parts of the multipart upload',
        this.client.send(new ListPartsCommand(input)),
      );
      for (const { PartNumber, ETag, Size } of page.Parts ?? [])
        if (PartNumber && ETag) found.push({ partNumber: PartNumber, etag: ETag, size: Size ?? 0 });
      marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (marker);
    return found;
  }

  /**
   * Completes a multipart upload. Returns the object's version, where the bucket keeps versions.
   * Throws S3's errors (`InvalidPart`, `NoSuchUpload` …).
   */
  async complete(
    { bucket, key }: UploadTarget,
    uploadId: string,
    parts: readonly UploadedPart[],
  ): Promise<{ versionId: string | undefined }> {
    const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
    const command = new CompleteMultipartUploadCommand({
      Bucket: bucket,
      Key: key,
      UploadId: uploadId,
      MultipartUpload: { Parts },
    });
    const { VersionId } = await awsCall('complete the multipart upload', this.client.send(command));
    return { versionId: VersionId };
  }

  async abort({ bucket, key }: UploadTarget, uploadId: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId });
    await awsCall('abort the multipart upload', this.client.send(command));
  }
}

/**
 * Percent-encodes as Signature V4 requires: all reserved characters of RFC 3986, including those
 * that encodeURIComponent leaves.
 */
const escaped = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
