import { join } from 'node:path';
import type { Config, SettingName } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { withWorkDirectory } from '../../base/work-directory.ts';
import type { ConvertedDocument, ConvertedTexts, WorkOrder } from '../../contract/work-order.ts';
import { intermediatePrefix } from '../../core/outputs/output-key.ts';
import type { PublicationStores } from '../../core/outputs/publication.ts';
import { claimTry } from '../../core/outputs/publication-fence.ts';
import { convertDocument } from '../../media/office/convert-document.ts';
import { OFFICE_FORMATS } from '../../media/office/office-format.ts';
import { sofficeVersion } from '../../media/office/soffice-version.ts';
import type { OfficeText } from '../../media/office/text/read-office-text.ts';
import type { JobProgress } from '../../media/progress.ts';

export const SETTINGS = ['MAX_DOCUMENT_PAGES', 'TASK_MEMORY_MIB'] as const satisfies readonly SettingName[];

export interface ConvertOfficeDocumentDeps {
  config: Config<(typeof SETTINGS)[number]>;
  stores: PublicationStores;
  signal: AbortSignal;
  onProgress(progress: JobProgress): void;
  /** Parent of the work directory; default: the system's temporary directory. */
  directory?: string;
}

/**
 * Converts an uploaded Office document to PDF and stores it, and the document's text, as intermediate
 * files of the job. ProcessDocument reads those versions and publishes them with the outputs.
 */
export async function convertOfficeDocumentJob(
  deps: ConvertOfficeDocumentDeps,
  order: WorkOrder,
): Promise<ConvertedDocument> {
  const { stores, config, signal, onProgress } = deps;
  const format = OFFICE_FORMATS[order.contentType];
  if (!format)
    throw new MediaError('UnsupportedMediaType', `Expected an Office document, got ${order.contentType}.`);
  const convert = async (directory: string) => {
    // A fixed name, so that the uploaded file's name never reaches LibreOffice.
    const file = join(directory, `source.${format.extension}`);
    onProgress({ phase: 'download', percent: 0 });
    await claimTry(stores, order);
    const version = sofficeVersion(directory);
    await stores.objects.download(order, file, signal).finally(() => version);
    onProgress({ phase: 'convert', percent: 10 });
    const maxPages = config.MAX_DOCUMENT_PAGES;
    const memory = config.TASK_MEMORY_MIB * 1024 ** 2;
    const { pdf, text, degraded, ...dates } = await convertDocument({
      ...{ file, directory, format, maxPages, signal, memory },
    });
    onProgress({ phase: 'upload', percent: 90 });
    const keep = (name: string, from: string, contentType: string) =>
      store(stores, { key: `${intermediatePrefix(order.jobId)}${name}`, file: from, contentType, signal });
    const converted = await keep('document.pdf', pdf, 'application/pdf');
    const texts = text ? await storeTexts(text, keep) : undefined;
    return {
      ...converted,
      ...dates,
      tools: { libreoffice: await version },
      ...(texts ? { texts } : {}),
      ...(degraded.length > 0 ? { degraded } : {}),
    };
  };
  return withWorkDirectory('office-', convert, deps.directory);
}

type Keep = (name: string, from: string, contentType: string) => Promise<StoredFile>;

type StoredFile = Pick<ConvertedTexts['text'], 'key' | 'etag' | 'versionId'>;

async function storeTexts(
  { text, markdown, words, characters }: OfficeText,
  keep: Keep,
): Promise<ConvertedTexts> {
  return {
    text: await keep('text.txt', text, 'text/plain; charset=utf-8'),
    markdown: await keep('markdown.md', markdown, 'text/markdown; charset=utf-8'),
    ...{ words, characters },
  };
}

async function store(
  { objects, outputBucket: bucket }: PublicationStores,
  { key, file, contentType, signal }: { key: string; file: string; contentType: string; signal: AbortSignal },
): Promise<StoredFile> {
  const written = await objects.put({ bucket, key, contentType, body: { file }, signal });
  // Without a condition, no other writer can be first.
  if (!written) throw new MediaError('ServiceUnavailable', `Could not write ${key}.`);
  return { key, ...written };
}
