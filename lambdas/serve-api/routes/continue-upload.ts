import {
  COMPLETE_REQUEST,
  COMPLETED_UPLOAD,
  PART_LINKS,
  PARTS_REQUEST,
  UNFINISHED_UPLOAD,
  UPLOAD_PARAMS,
} from '../../../contract/upload-api.ts';
import { notFound, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { jobOfVersion } from '../uploads/upload-job.ts';
import { linksExpireAt, partLinks } from '../uploads/upload-parts.ts';
import { planParts, sizeOfPart } from '../uploads/upload-plan.ts';
import { decodeTicket } from '../uploads/upload-ticket.ts';

/**
 * Route for a client that lost its progress because the page was closed or the machine went down.
 */
export const getUpload = route({
  method: 'get',
  path: '/api/media/uploads/{uploadId}',
  operationId: 'getUpload',
  summary: 'Get the parts of a multipart upload that S3 has received, to send only the rest',
  access: 'caller',
  params: UPLOAD_PARAMS,
  responses: {
    200: {
      description: 'The part size, the part count and the parts received',
      schema: UNFINISHED_UPLOAD,
    },
  },
  problems: [404, 422],
  async handle(deps, { identity, params }) {
    const { key, uploadId, size } = decodeTicket(deps, identity, params.uploadId);
    const arrived = await refusals(
      deps.presigned.arrived({ bucket: deps.config.MEDIA_BUCKET, key }, uploadId),
    );
    const { partSize, partCount } = planParts(size);
    // A part of another size was not sent for this ticket: the client may have changed the size in
    // it.
    const parts = arrived.filter(
      (part) => part.partNumber <= partCount && part.size === sizeOfPart(size, part.partNumber),
    );
    return { status: 200, body: { key, size, partSize, partCount, parts } };
  },
});

/** Route for presigned URLs of further parts, or of parts whose URL has expired. */
export const signParts = route({
  method: 'post',
  path: '/api/media/uploads/{uploadId}/parts',
  operationId: 'signParts',
  summary: 'Get presigned URLs for further parts of an upload, or new ones for parts whose URLs have expired',
  access: 'caller',
  params: UPLOAD_PARAMS,
  body: PARTS_REQUEST,
  responses: {
    200: {
      description: 'The presigned URLs',
      schema: PART_LINKS,
    },
  },
  problems: [404, 422],
  async handle(deps, { identity, params, body }) {
    const ticket = decodeTicket(deps, identity, params.uploadId);
    const { partCount } = planParts(ticket.size);
    const beyond = body.partNumbers.find((number) => number > partCount);
    if (beyond)
      throw unprocessable(
        'no-such-part',
        'No such part',
        `Expected a part number from 1 to ${partCount}, got ${beyond}.`,
      );
    const parts = await partLinks(deps, ticket, body.partNumbers);
    return { status: 200, body: { parts, expiresAt: linksExpireAt(deps.now()) } };
  },
});

export const completeUpload = route({
  method: 'post',
  path: '/api/media/uploads/{uploadId}/complete',
  operationId: 'completeUpload',
  summary: 'Complete a multipart upload: S3 assembles the object, and its job starts',
  access: 'caller',
  params: UPLOAD_PARAMS,
  maxBody: 1024 * 1024,
  body: COMPLETE_REQUEST,
  responses: {
    200: { description: 'The upload is complete', schema: COMPLETED_UPLOAD },
  },
  problems: [404, 422],
  async handle(deps, { identity, params, body }) {
    const { key, uploadId } = decodeTicket(deps, identity, params.uploadId);
    const parts = body.parts.toSorted((a, b) => a.partNumber - b.partNumber);
    const target = { bucket: deps.config.MEDIA_BUCKET, key };
    const { versionId } = await refusals(deps.presigned.complete(target, uploadId, parts));
    return { status: 200, body: { key, versionId, job: await jobOfVersion(deps, target, versionId) } };
  },
});

export const abortUpload = route({
  method: 'delete',
  path: '/api/media/uploads/{uploadId}',
  operationId: 'abortUpload',
  summary: 'Abort a multipart upload',
  access: 'caller',
  params: UPLOAD_PARAMS,
  responses: { 204: { description: 'The parts are deleted' } },
  problems: [404, 422],
  async handle(deps, { identity, params }) {
    const { key, uploadId } = decodeTicket(deps, identity, params.uploadId);
    await refusals(deps.presigned.abort({ bucket: deps.config.MEDIA_BUCKET, key }, uploadId));
    return { status: 204 };
  },
});

/**
 * Turns S3 errors that the caller can fix into problem responses:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
async function refusals<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'NoSuchUpload') throw notFound('upload');
    if (
      [
        'InvalidPart',
        'InvalidPartOrder',
        'EntityTooSmall',
        'MalformedXML',
        'InvalidRequest',
        'InvalidArgument',
      ].includes(name)
    )
      throw unprocessable('parts-refused', 'Parts rejected', `S3 rejected the parts: ${name}: ${message}`);
    throw error;
  }
}
