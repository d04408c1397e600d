import { escapeXml, S3Error } from './fauxqs-stores.ts';
import { refusedDelete } from './s3-errors.ts';
import type { VersionedObjects } from './versioned-objects.ts';

/** Maximum number of objects per request, as in S3. */
const MAX_OBJECTS = 1000;

/**
 * Handles DeleteObjects, of which fauxqs knows neither versions nor conditions:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export function deleteObjects(objects: VersionedObjects, bucket: string, body: string): string {
  objects.historyOf(bucket);
  const targets = [...body.matchAll(/<Object>([\s\S]*?)<\/Object>/g)].map(([, target = '']) => target);
  if (targets.length === 0 || targets.length > MAX_OBJECTS)
    throw new S3Error('MalformedXML', `Expected 1 to ${MAX_OBJECTS} objects, got ${targets.length}`, 400);
  const isQuiet = /<Quiet>\s*true\s*<\/Quiet>/i.test(body);
  const results = targets.map((target) => deleteOne(objects, bucket, target));
  const shown = results.filter((result) => !isQuiet || result.startsWith('<Error>'));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult>${shown.join('')}</DeleteResult>`;
}

function deleteOne(objects: VersionedObjects, bucket: string, target: string): string {
  const key = field(target, 'Key') ?? '';
  const versionId = field(target, 'VersionId');
  const named = elements({ Key: key, VersionId: versionId });
  const refused = refusedDelete(objects.find(bucket, key), field(target, 'ETag'));
  if (refused) return `<Error>${named}${elements({ Code: refused.code, Message: refused.message })}</Error>`;
  const removal = objects.remove(bucket, key, versionId);
  const marker = elements({ DeleteMarker: 'true', DeleteMarkerVersionId: removal.versionId });
  return `<Deleted>${named}${removal.deleteMarker ? marker : ''}</Deleted>`;
}

function elements(values: Record<string, string | undefined>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${escapeXml(value)}</${name}>`))
    .join('');
}

function field(target: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(target)?.[1];
  return text === undefined ? undefined : decode(text);
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Decodes references in one pass. The SDK writes control characters as numeric ones. */
function decode(xml: string): string {
  return xml.replace(
    /&(?:#x([0-9a-f]+)|#([0-9]+)|(amp|lt|gt|quot|apos));/gi,
    (_all, hex?: string, decimal?: string, name?: string) =>
      name
        ? (NAMED[name.toLowerCase()] ?? '')
        : String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal)),
  );
}
