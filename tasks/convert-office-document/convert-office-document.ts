import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import { withWorkDirectory } from '../../base/work-directory.ts';
import type { ConvertedDocument, WorkOrder } from '../../contract/work-order.ts';
import { intermediatePrefix } from '../../core/outputs/output-key.ts';
import type { PublicationStores } from '../../core/outputs/publication.ts';
import { claimTry } from '../../core/outputs/publication-fence.ts';
import { convertToPdf } from '../../media/office/convert-to-pdf.ts';
import { inspectOfficeFile } from '../../media/office/inspect-office-file.ts';
import { OFFICE_FORMATS } from '../../media/office/office-format.ts';
import { stabilizePdf } from '../../media/office/stable-pdf.ts';
import type { JobProgress } from '../../media/progress.ts';

export interface ConvertOfficeDocumentDeps {
  stores: PublicationStores;
  signal: AbortSignal;
  onProgress(progress: JobProgress): void;
  /** Parent of the work directory; default: the system's temporary directory. */
  directory?: string;
}

/**
 * Converts an uploaded Office document to PDF and stores it as an intermediate file of the job.
 * ProcessDocument reads that version and publishes it with the outputs.
 */
export async function convertOfficeDocumentJob(
  deps: ConvertOfficeDocumentDeps,
  order: WorkOrder,
): Promise<ConvertedDocument> {
  const { stores, signal, onProgress } = deps;
  const format = OFFICE_FORMATS[order.contentType];
  if (!format)
    throw new MediaError('UnsupportedMediaType', `Expected an Office document, got ${order.contentType}.`);
  const convert = async (directory: string) => {
    // A fixed name, so that the uploaded file's name never reaches LibreOffice.
    const file = join(directory, `source.${format.extension}`);
    onProgress({ phase: 'download', percent: 0 });
    await claimTry(stores, order);
    await stores.objects.download(order, file, signal);
    const dates = await inspectOfficeFile(file, format);
    onProgress({ phase: 'convert', percent: 10 });
    const pdf = await convertToPdf({ file, directory, format, signal });
    await stabilizePdf(pdf, { source: file, date: dates.modifiedAt ?? dates.createdAt });
    onProgress({ phase: 'upload', percent: 90 });
    return { ...(await store(stores, order, pdf, signal)), ...dates };
  };
  return withWorkDirectory('office-', convert, deps.directory);
}

async function store(
  { objects, outputBucket: bucket }: PublicationStores,
  { jobId }: WorkOrder,
  file: string,
  signal: AbortSignal,
): Promise<{ key: string; etag: string; versionId: string }> {
  const key = `${intermediatePrefix(jobId)}document.pdf`;
  const written = await objects.put({ bucket, key, contentType: 'application/pdf', body: { file }, signal });
  // Without a condition, no other writer can be first.
  if (!written) throw new MediaError('ServiceUnavailable', `Could not write ${key}.`);
  return { key, ...written };
}
