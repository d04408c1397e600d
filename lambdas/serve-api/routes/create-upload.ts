import { MediaError } from '../../../base/errors.ts';
import { FOCAL_POINT_METADATA, writeFocalPoint } from '../../../contract/focal-point.ts';
import { MAX_LINKS, UPLOAD_LINKS, UPLOAD_REQUEST } from '../../../contract/upload-api.ts';
import { chooseProfile } from '../../../core/profiles/choose-profile.ts';
import { PROFILE_METADATA } from '../../../core/uploads/inspect-upload.ts';
import { uploadName } from '../../../core/uploads/upload-name.ts';
import type { ApiDeps } from '../api-deps.ts';
import type { Identity } from '../http/identity.ts';
import { forbidden, unprocessable } from '../http/problem.ts';
import { route } from '../http/route.ts';
import { tenantOf } from '../jobs/listing.ts';
import { judgeHead } from '../uploads/judge-head.ts';
import { jobOfKey } from '../uploads/upload-job.ts';
import { linksExpireAt, partLinks } from '../uploads/upload-parts.ts';
import { contentTypeFor, LINK_SECONDS, limitFor, MAX_FORM_BYTES, planParts } from '../uploads/upload-plan.ts';
import { encodeTicket } from '../uploads/upload-ticket.ts';

export const createUpload = route({
  method: 'post',
  path: '/api/media/uploads',
  operationId: 'createUpload',
  summary: 'Get presigned URLs for uploading a file',
  access: 'caller',
  body: UPLOAD_REQUEST,
  maxBody: 128 * 1024,
  responses: {
    201: {
      description: 'The presigned URLs',
      schema: UPLOAD_LINKS,
    },
  },
  problems: [422],
  async handle(deps, { identity, body }) {
    const { fileName, size } = body;
    const limit = limitFor(fileName, deps.config);
    if (size > limit)
      throw unprocessable(
        'file-too-large',
        'File too large',
        `Expected at most ${limit} bytes, got ${size}.`,
      );
    if (body.head !== undefined) await judgeHead(body.head, body, deps.config);
    const { tenantId, userId } = ownerFor(identity, body);
    const key = `tenants/${tenantId}/users/${userId}/media/${uploadName(fileName, deps.now())}`;
    const contentType = body.contentType ?? contentTypeFor(fileName);
    const links = size <= MAX_FORM_BYTES ? formUpload : multipartUpload;
    const metadata = {
      ...(body.profile !== undefined && (await namedProfile(deps, tenantId, body.profile))),
      ...(body.focalPoint && { [FOCAL_POINT_METADATA]: writeFocalPoint(body.focalPoint) }),
    };
    return { status: 201, body: await links(deps, { key, contentType, size, metadata }) };
  },
});

function ownerFor(
  identity: Identity,
  { user, tenant }: { user?: string | undefined; tenant?: string | undefined },
) {
  const tenantId = tenantOf(identity, tenant);
  if (identity.role === 'tenant' && identity.userId && user && user !== identity.userId)
    throw forbidden('Uploading for another user requires the operator role.');
  const userId = user ?? identity.userId;
  if (tenantId && userId) return { tenantId, userId };
  throw unprocessable(
    'owner-missing',
    'Owner missing',
    'Expected `user`, and for operators `tenant`, to name the owner of the upload.',
  );
}

/** User metadata that names a profile. Throws 422 for one that the tenant may not use. */
async function namedProfile(
  deps: ApiDeps,
  tenantId: string,
  profile: string,
): Promise<Record<string, string>> {
  try {
    chooseProfile(await deps.profiles.read(), { tenantId, wanted: profile });
    return { [PROFILE_METADATA]: profile };
  } catch (error) {
    if (!(error instanceof MediaError) || error.name !== 'ProfileNotAllowed') throw error;
    throw unprocessable('profile-not-allowed', 'Profile not allowed', error.message);
  }
}

interface NewUpload {
  key: string;
  contentType: string;
  size: number;
  metadata: Record<string, string>;
}

async function formUpload({ presigned, config, now }: ApiDeps, { key, size, ...described }: NewUpload) {
  const bucket = config.MEDIA_BUCKET;
  const form = await presigned.post({ bucket, key }, { ...described, maxBytes: size, seconds: LINK_SECONDS });
  const job = jobOfKey(key);
  return { method: 'POST', key, bucket, maxBytes: size, expiresAt: linksExpireAt(now()), job, ...form };
}

async function multipartUpload(deps: ApiDeps, { key, size, ...described }: NewUpload) {
  const bucket = deps.config.MEDIA_BUCKET;
  const ticket = { key, size, uploadId: await deps.presigned.begin({ bucket, key }, described) };
  const { partSize, partCount } = planParts(size);
  const first = Array.from({ length: Math.min(MAX_LINKS, partCount) }, (_, i) => i + 1);
  const parts = await partLinks(deps, ticket, first);
  const expiresAt = linksExpireAt(deps.now());
  return {
    method: 'MULTIPART',
    key,
    bucket,
    uploadId: encodeTicket(ticket),
    partSize,
    partCount,
    parts,
    expiresAt,
    job: jobOfKey(key),
  };
}
