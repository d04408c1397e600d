import type { UploadPart } from './object-store.ts';

/** Maximum number of parts per page, as in S3. */
const MAX_PARTS = 1000;

/**
 * Builds S3's response to ListParts, which fauxqs does not support:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 */
export function listParts(
  parts: readonly UploadPart[],
  { 'part-number-marker': marker = '0', 'max-parts': asked = `${MAX_PARTS}` }: Record<string, string>,
): string {
  const rest = parts
    .filter(({ partNumber }) => partNumber > Number(marker))
    .sort((a, b) => a.partNumber - b.partNumber);
  const page = rest.slice(0, Math.min(MAX_PARTS, Number(asked)));
  const entries = page.map(
    ({ partNumber, etag, size }) =>
      `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etag.replaceAll('"', '&quot;')}</ETag><Size>${size}</Size></Part>`,
  );
  const isTruncated = rest.length > page.length;
  const next = isTruncated ? `<NextPartNumberMarker>${page.at(-1)?.partNumber}</NextPartNumberMarker>` : '';
  const more = `<IsTruncated>${isTruncated}</IsTruncated>${next}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<ListPartsResult>${more}${entries.join('')}</ListPartsResult>`;
}
