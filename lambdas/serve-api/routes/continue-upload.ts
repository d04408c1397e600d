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
import { linksExpireAt, partLinks } from '../uploads/upload-parts.ts';
import { planParts, sizeOfPart } from '../uploads/upload-plan.ts';
import { decodeTicket } from '../uploads/upload-ticket.ts';

/** For a client that has forgotten how far it was: the page was closed, the machine went down. */
export const getUpload = route({
  method: 'get',
  path: '/api/media/uploads/{uploadId}',
  operationId: 'getUpload',
  summary: 'What has arrived of an upload in parts, so that only the rest need be sent',
  access: 'caller',
  params: UPLOAD_PARAMS,
  responses: {
    200: {
      description: 'How it is cut, and the parts that are there',
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
    // A part of another size was not sent for this ticket, whose size the client may have changed.
    const parts = arrived.filter(
      (part) => part.partNumber <= partCount && part.size === sizeOfPart(size, part.partNumber),
    );
    return { status: 200, body: { key, size, partSize, partCount, parts } };
  },
});

/** Links for parts that had none yet, or whose link has ended. */
export const signParts = route({
  method: 'post',
  path: '/api/media/uploads/{uploadId}/parts',
  operationId: 'signParts',
  summary: 'Links for further parts of an upload, or new ones for parts whose links have ended',
  access: 'caller',
  params: UPLOAD_PARAMS,
  body: PARTS_REQUEST,
  responses: {
    200: {
      description: 'The links',
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
        `The upload has ${partCount} parts, not ${beyond}.`,
      );
    const parts = await partLinks(deps, ticket, body.partNumbers);
    return { status: 200, body: { parts, expiresAt: linksExpireAt(deps.now()) } };
  },
});

export const completeUpload = route({
  method: 'post',
  path: '/api/media/uploads/{uploadId}/complete',
  operationId: 'completeUpload',
  summary: 'Put the parts together: the upload is there, and its job begins',
  access: 'caller',
  params: UPLOAD_PARAMS,
  maxBody: 1024 * 1024,
  body: COMPLETE_REQUEST,
  responses: {
    200: { description: 'It is there', schema: COMPLETED_UPLOAD },
  },
  problems: [404, 422],
  async handle(deps, { identity, params, body }) {
    const { key, uploadId } = decodeTicket(deps, identity, params.uploadId);
    const parts = body.parts.toSorted((a, b) => a.partNumber - b.partNumber);
    await refusals(deps.presigned.complete({ bucket: deps.config.MEDIA_BUCKET, key }, uploadId, parts));
    return { status: 200, body: { key } };
  },
});

export const abortUpload = route({
  method: 'delete',
  path: '/api/media/uploads/{uploadId}',
  operationId: 'abortUpload',
  summary: 'Give an upload in parts up',
  access: 'caller',
  params: UPLOAD_PARAMS,
  responses: { 204: { description: 'Its parts are gone' } },
  problems: [404, 422],
  async handle(deps, { identity, params }) {
    const { key, uploadId } = decodeTicket(deps, identity, params.uploadId);
    await refusals(deps.presigned.abort({ bucket: deps.config.MEDIA_BUCKET, key }, uploadId));
    return { status: 204 };
  },
});

/** What S3 finds wrong with an upload is the caller's to mend: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
async function refusals<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'NoSuchUpload') throw notFound('such upload');
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
      throw unprocessable('parts-refused', 'Parts refused', `S3 refuses the parts: ${name}: ${message}`);
    throw error;
  }
}
