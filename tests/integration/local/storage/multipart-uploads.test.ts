import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setup } from '../../../support/local-cloud.ts';

const Bucket = 'media-input';
let subject: Awaited<ReturnType<typeof setup>>;
beforeAll(async () => {
  subject = await setup();
});
afterAll(() => subject.end());

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html: NoSuchUpload */
test('an upload ID under another key is no upload, whatever the call, and the upload is as it was', async () => {
  const { s3 } = subject.clients;
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'theirs' }));
  const { ETag } = await s3.send(
    new UploadPartCommand({ Bucket, Key: 'theirs', UploadId, PartNumber: 1, Body: 'theirs' }),
  );
  const other = { Bucket, Key: 'mine', UploadId };
  const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
  const refused = { name: 'NoSuchUpload', $metadata: { httpStatusCode: 404 } };
  for (const call of [
    () => s3.send(new ListPartsCommand(other)),
    () => s3.send(new UploadPartCommand({ ...other, PartNumber: 1, Body: 'mine' })),
    () => s3.send(new CompleteMultipartUploadCommand({ ...other, MultipartUpload })),
    () => s3.send(new AbortMultipartUploadCommand(other)),
  ])
    await expect(call()).rejects.toMatchObject(refused);
  const { Parts } = await s3.send(new ListPartsCommand({ ...other, Key: 'theirs' }));
  expect(Parts).toEqual([expect.objectContaining({ ETag, Size: 6 })]);
});
