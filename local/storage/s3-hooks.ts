import type { buildApp } from 'fauxqs';
import { listParts } from './list-parts.ts';
import type { ObservedObjects } from './object-store.ts';

type App = ReturnType<typeof buildApp>;

/**
 * Maximum request body in bytes. fauxqs would reject 11 MiB; S3 accepts 5 GiB in one PutObject (a
 * Buffer holds slightly less).
 */
const MAX_BODY = 4 * 1024 ** 3;

/** Adds the S3 features that the product and browsers need and fauxqs lacks. */
export function addS3Hooks(app: App, objects: ObservedObjects): void {
  takeLargeBodies(app);
  app.addHook('preHandler', (request, reply, done) => {
    const { method, headers, ip } = request;
    const { bucket = '', '*': key = '' } = (request.params ?? {}) as Record<string, string>;
    const query = (request.query ?? {}) as Record<string, string>;
    const writes =
      (method === 'PUT' && !query.partNumber && !('renameObject' in query)) ||
      (method === 'POST' && query.uploadId !== undefined);
    // Nothing is awaited from here to the write, so check and write are atomic.
    if (key && writes && !conditionHolds(objects.etagOf(bucket, key), headers)) {
      const missing = headers['if-match'] && objects.etagOf(bucket, key) === undefined;
      const [status, code] = missing ? [404, 'NoSuchKey'] : [412, 'PreconditionFailed'];
      return reply
        .status(status as number)
        .type('application/xml')
        .send(errorXml(`${code}`, PRECONDITION));
    }
    if (method === 'GET' && key && query.uploadId) {
      const parts = objects.partsOf(query.uploadId, bucket, key);
      return reply
        .status(parts ? 200 : 404)
        .type('application/xml')
        .send(
          parts ? listParts(parts, query) : errorXml('NoSuchUpload', 'The specified upload does not exist.'),
        );
    }
    if (method === 'POST' && 'delete' in query && Buffer.isBuffer(request.body)) {
      request.body = decodeCharacterReferences(request.body);
    }
    if (method === 'GET' && headers['if-match'] === '*') delete headers['if-match'];
    objects.request.run({ method, copies: 'x-amz-copy-source' in headers, address: ip }, done);
  });
}

const errorXml = (code: string, message: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
const PRECONDITION = 'At least one of the pre-conditions you specified did not hold';

function conditionHolds(etag: string | undefined, headers: Record<string, unknown>): boolean {
  if (headers['if-none-match'] === '*' && etag !== undefined) return false;
  const match = headers['if-match'];
  if (typeof match !== 'string') return true;
  return etag !== undefined && (match === '*' || match.replaceAll('"', '') === etag.replaceAll('"', ''));
}

function takeLargeBodies(app: App): void {
  const form = 'application/x-www-form-urlencoded';
  app.removeContentTypeParser(['*', form]);
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MAX_BODY }, (_request, body, done) => {
    done(null, body);
  });
  // curl sends any --data as a form; only SNS requests, to the root path, are one.
  app.addContentTypeParser(form, { parseAs: 'buffer', bodyLimit: MAX_BODY }, (request, body, done) => {
    const isSns = request.method === 'POST' && request.url.split('?')[0] === '/';
    done(null, isSns ? Object.fromEntries(new URLSearchParams(body.toString())) : body);
  });
}

/**
 * Decodes numeric character references, which the SDK writes for control characters in a key.
 * fauxqs decodes only the five named references of XML.
 */
function decodeCharacterReferences(xml: Buffer): Buffer {
  const decoded = xml
    .toString('utf8')
    .replace(/&#(?:x([0-9a-f]+)|([0-9]+));/gi, (_all, hex?: string, decimal?: string) =>
      String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
    );
  return Buffer.from(decoded);
}
