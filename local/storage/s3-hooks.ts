import type { buildApp } from 'fauxqs';
import { deleteObjects } from './delete-objects.ts';
import { S3Error } from './fauxqs-stores.ts';
import { takeLargeBodies } from './large-bodies.ts';
import { listParts } from './list-parts.ts';
import { listVersions } from './list-versions.ts';
import type { ObservedObjects } from './object-store.ts';
import { refusedDelete, refusedRead, refusedWrite } from './s3-errors.ts';

type App = ReturnType<typeof buildApp>;

interface S3Request {
  method: string;
  bucket: string;
  key: string;
  query: Record<string, string | undefined>;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}

/** Adds the S3 features that the product and browsers need and fauxqs lacks. */
export function addS3Hooks(app: App, objects: ObservedObjects): void {
  takeLargeBodies(app);
  app.addHook('preHandler', (request, reply, done) => {
    const { bucket = '', '*': key = '' } = (request.params ?? {}) as Record<string, string>;
    const query = (request.query ?? {}) as Record<string, string>;
    const { method, headers, body } = request;
    const call: S3Request = { method, bucket, key, query, headers, body };
    const context = {
      reason: reasonOf(call),
      versionId: query.versionId ?? takeCopySourceVersion(headers),
      copies: 'x-amz-copy-source' in headers,
      address: request.ip,
      answer: (added: Record<string, string>) => void reply.headers(added),
    };
    // Nothing is awaited from here to the write, so check and write are atomic.
    objects.request.run(context, () => {
      const answered = bucket ? attempt(() => answer(objects, call)) : undefined;
      if (answered === undefined) return done();
      const isError = answered instanceof S3Error;
      reply.status(isError ? answered.statusCode : 200).type('application/xml');
      reply.send(method === 'HEAD' ? undefined : isError ? answered.toXml() : answered);
    });
  });
}

function attempt(respond: () => string | undefined): string | S3Error | undefined {
  try {
    return respond();
  } catch (error) {
    if (error instanceof S3Error) return error;
    throw error;
  }
}

/**
 * Returns the response to a request that fauxqs does not support, or undefined for the others.
 * Throws an `S3Error` if the condition of a request does not hold.
 */
function answer(objects: ObservedObjects, call: S3Request): string | undefined {
  const { method, bucket, key, query, headers, body } = call;
  if (query.versionId === '')
    throw new S3Error('InvalidArgument', 'Version id cannot be the empty string', 400);
  if (method === 'POST' && 'delete' in query) return deleteObjects(objects, bucket, String(body));
  if (method === 'GET' && !key && 'versioning' in query) return VERSIONING;
  if (method === 'GET' && !key && 'versions' in query)
    return listVersions(bucket, objects.historyOf(bucket), query);
  if (key && query.uploadId) {
    const parts = objects.partsOf(query.uploadId, bucket, key);
    // For every call on an upload: fauxqs looks only at its ID, so that a caller could write to the
    // upload of another tenant under a key of their own.
    if (!parts) throw new S3Error('NoSuchUpload', 'The specified upload does not exist.', 404);
    if (method === 'GET') return listParts(parts, query as Record<string, string>);
  }
  const refused = key && objects.hasBucket(bucket) ? refusal(objects, call) : undefined;
  if (refused) throw refused;
  if (method === 'GET' && headers['if-match'] === '*') delete headers['if-match'];
  return undefined;
}

function refusal(
  objects: ObservedObjects,
  { method, bucket, key, query, headers }: S3Request,
): S3Error | undefined {
  const match = headers['if-match'];
  if (method === 'HEAD') return refusedRead(objects.find(bucket, key, query.versionId), match);
  const latest = objects.find(bucket, key);
  if (method === 'DELETE' && !query.uploadId) return refusedDelete(latest, match);
  const writes =
    (method === 'PUT' && !query.partNumber && !('renameObject' in query)) ||
    (method === 'POST' && query.uploadId !== undefined);
  return writes ? refusedWrite(latest, headers, objects.uploadOf(query.uploadId)?.initiated) : undefined;
}

/** Returns the API call, as named in the events of its changes. */
function reasonOf({ method, query, headers }: S3Request): string {
  if (method === 'DELETE') return 'DeleteObject';
  if (method === 'PUT') return 'x-amz-copy-source' in headers ? 'CopyObject' : 'PutObject';
  if ('delete' in query) return 'DeleteObjects';
  return query.uploadId ? 'CompleteMultipartUpload' : 'POST Object';
}

/** Removes the version from the header, where fauxqs would take it for a part of the key. */
function takeCopySourceVersion(headers: S3Request['headers']): string | undefined {
  const [source, versionId] = String(headers['x-amz-copy-source'] ?? '').split('?versionId=');
  if (versionId !== undefined) headers['x-amz-copy-source'] = source;
  return versionId;
}

const VERSIONING =
  '<?xml version="1.0" encoding="UTF-8"?>\n<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
