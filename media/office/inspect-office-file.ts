import { MediaError } from '../../base/errors.ts';
import { withReader } from '../../base/read-at.ts';
import { type CheckedArchive, checkArchive } from './check-archive.ts';
import type { OfficeFormat } from './office-format.ts';

/** ISO 8601. */
export interface OfficeDates {
  createdAt?: string;
  modifiedAt?: string;
}

const ODF_MANIFEST = 'META-INF/manifest.xml';
const OOXML_PROPERTIES = 'docProps/core.xml';
const ODF_PROPERTIES = 'meta.xml';

export interface InspectedOffice {
  dates: OfficeDates;
  /** Absent for a format that is not an archive. */
  archive?: CheckedArchive;
}

/**
 * Checks the whole file: its type must match its first bytes, and its archive must be safe. Returns
 * the dates stored in it and facts for the next steps. Throws `MediaTypeMismatch`, `EncryptedDocument`, `CorruptMedia` or
 * `FileTooLarge`.
 */
export async function inspectOfficeFile(
  file: string,
  { archive, extension, signature = '' }: OfficeFormat,
): Promise<InspectedOffice> {
  if (!archive) return inspectStart(file, extension, signature);
  const checked = await checkArchive(file, [archive.entry, ODF_MANIFEST, OOXML_PROPERTIES, ODF_PROPERTIES]);
  const { texts } = checked;
  if (texts.get(ODF_MANIFEST)?.includes('encryption-data'))
    throw new MediaError('EncryptedDocument', 'Expected a document that opens without a password.');
  const described = texts.get(archive.entry) ?? '';
  const isOne =
    archive.entry === 'mimetype'
      ? described.trim() === archive.text
      : described.includes(`"${archive.text}"`);
  if (!isOne)
    throw new MediaError(
      'MediaTypeMismatch',
      `Expected the contents of a .${extension} file, got another format.`,
    );
  const dates = datesIn(texts.get(OOXML_PROPERTIES) ?? texts.get(ODF_PROPERTIES) ?? '');
  return { dates, archive: checked };
}

async function inspectStart(file: string, extension: string, signature: string): Promise<InspectedOffice> {
  const { length } = signature;
  const start = await withReader(file, (read) => read(0, length));
  if (start.toString('latin1') === signature) return { dates: {} };
  throw new MediaError(
    'MediaTypeMismatch',
    `Expected the contents of an .${extension} file, got another beginning.`,
  );
}

function datesIn(xml: string): OfficeDates {
  const createdAt = date(/<(?:dcterms:created|meta:creation-date)[^>]*>([^<]{1,40})</.exec(xml)?.[1]);
  const modifiedAt = date(/<(?:dcterms:modified|dc:date)[^>]*>([^<]{1,40})</.exec(xml)?.[1]);
  return { ...(createdAt ? { createdAt } : {}), ...(modifiedAt ? { modifiedAt } : {}) };
}

/**
 * Parses a date. ODF stores local time without a zone; treating it as UTC keeps the result
 * independent of the machine.
 */
function date(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const parsed = new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed.toISOString();
}
