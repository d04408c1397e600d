import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { awsCall } from './aws.ts';

export interface UploadTarget {
  bucket: string;
  key: string;
}

export interface UploadedPart {
  partNumber: number;
  etag: string;
}

/** Links by which a browser moves bytes to and from S3 without passing them through the API. Never log one: it is a key. */
export class PresignedUrls {
  private readonly client: S3Client;

  /** The client must not add checksums by itself (core/aws.ts `presigningS3`): they would be those of an empty body. */
  constructor(client: S3Client) {
    this.client = client;
  }

  /** `from`: the moment that the link's time counts from, so that a link can stay the same for a while. */
  download(object: UploadTarget, { from, seconds }: { from: Date; seconds: number }): Promise<string> {
    const command = new GetObjectCommand({ Bucket: object.bucket, Key: object.key });
    return getSignedUrl(this.client, command, { expiresIn: seconds, signingDate: from });
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
