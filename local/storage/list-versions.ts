import { escapeXml } from './fauxqs-stores.ts';
import { compareKeys, listNames } from './key-listing.ts';
import { isMarker, type Version } from './version.ts';
import { orderOf } from './version-ids.ts';

/** Maximum number of entries per page, as in S3. */
const MAX_KEYS = 1000;

interface Entry {
  name: string;
  version?: Version;
  isLatest?: boolean;
}

/**
 * Builds S3's response to ListObjectVersions, which fauxqs does not support: keys in order of UTF-8
 * bytes, the newest version of each first.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export function listVersions(
  bucket: string,
  history: ReadonlyMap<string, readonly Version[]>,
  query: Record<string, string | undefined>,
): string {
  const { prefix, delimiter, 'key-marker': keyMarker, 'version-id-marker': idMarker } = query;
  const maxKeys = Math.min(MAX_KEYS, Number(query['max-keys'] ?? MAX_KEYS));
  const encode = query['encoding-type'] === 'url' ? urlEncode : escapeXml;
  const page: Entry[] = [];
  for (const entry of entriesAfter(history, query)) {
    page.push(entry);
    if (page.length > maxKeys) break;
  }
  const isTruncated = page.length > maxKeys && maxKeys > 0;
  const shown = page.slice(0, maxKeys);
  const last = isTruncated ? shown.at(-1) : undefined;
  const head = [
    element('Name', bucket),
    element('Prefix', encode(prefix ?? '')),
    element('KeyMarker', encode(keyMarker ?? '')),
    element('VersionIdMarker', idMarker ?? ''),
    element('NextKeyMarker', last && encode(last.name)),
    element('NextVersionIdMarker', last?.version?.versionId),
    element('MaxKeys', String(maxKeys)),
    element('Delimiter', delimiter && encode(delimiter)),
    element('EncodingType', query['encoding-type']),
    element('IsTruncated', String(isTruncated)),
  ];
  const body = [...head, ...shown.map((entry) => describe(entry, encode))].join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListVersionsResult>${body}</ListVersionsResult>`;
}

function* entriesAfter(
  history: ReadonlyMap<string, readonly Version[]>,
  {
    prefix,
    delimiter,
    'key-marker': key = '',
    'version-id-marker': id = '',
  }: Record<string, string | undefined>,
): Generator<Entry> {
  const isAfter = (name: string) =>
    !key || compareKeys(name, key) > 0 || (id !== '' && name === key && history.has(key));
  for (const { name, isPrefix } of listNames(history.keys(), { prefix, delimiter, isAfter })) {
    if (isPrefix) {
      yield { name };
      continue;
    }
    const versions = history.get(name) ?? [];
    const before = id && name === key ? orderOf(id) : Number.POSITIVE_INFINITY;
    for (const version of versions.toReversed()) {
      if (orderOf(version.versionId) >= before) continue;
      yield { name, version, isLatest: version === versions.at(-1) };
    }
  }
}

function describe({ name, version, isLatest }: Entry, encode: (text: string) => string): string {
  if (!version) return element('CommonPrefixes', element('Prefix', encode(name)));
  const common = [
    element('Key', encode(name)),
    element('VersionId', version.versionId),
    element('IsLatest', String(isLatest)),
    element('LastModified', version.lastModified.toISOString()),
  ].join('');
  if (isMarker(version)) return element('DeleteMarker', common);
  const content = element('ETag', escapeXml(version.etag)) + element('Size', String(version.contentLength));
  return element('Version', `${common}${content}<StorageClass>STANDARD</StorageClass>`);
}

function element(name: string, content: string | undefined): string {
  return content === undefined ? '' : `<${name}>${content}</${name}>`;
}

/** Encodes like S3: as in a form, except for slashes. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
    .replaceAll('%2F', '/');
}
