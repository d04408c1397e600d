import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../core/config.ts';
import type { WorkOrder, WorkResult } from '../../core/job.ts';
import { type Output, Publication, type PublicationStores } from '../../core/publication.ts';
import { startPageReader } from './page-reader.ts';
import { processPdf } from './process-pdf.ts';
import { processText } from './process-text.ts';

export const SETTINGS = ['OUTPUT_BUCKET', 'JOB_TABLE', 'MAX_DOCUMENT_PAGES', 'MAX_PAGE_IMAGES'] as const;

export interface ProcessDocumentDeps extends PublicationStores {
  config: Config<(typeof SETTINGS)[number]>;
}

/** The PDF that ConvertOfficeDocument made and published, in the output bucket. */
export interface ConvertedDocument {
  key: string;
  etag: string;
}

/** Publishes pictures, text and metadata of one uploaded document. An Office document is read from the PDF that was made of it. */
export async function processDocument(
  { config, ...stores }: ProcessDocumentDeps,
  order: WorkOrder & { converted?: ConvertedDocument | null },
): Promise<WorkResult> {
  const directory = await mkdtemp(join(tmpdir(), 'process-document-'));
  // The child takes as long to start as a small file to arrive.
  const reader = startPageReader(directory);
  try {
    // A fixed name: what the uploader called the file never reaches a parser.
    const file = join(directory, 'source');
    const { converted } = order;
    const source = converted ? { bucket: stores.outputBucket, ...converted } : order;
    const [publication] = await Promise.all([
      Publication.open(stores, order),
      stores.objects.download(source, file),
    ]);
    const put = (output: Output) => publication.put(output);
    const work = { file, directory, reader, put };
    if (order.contentType.startsWith('text/'))
      return await publication.close(await processText({ ...work, contentType: order.contentType }));
    const closing = await processPdf({
      ...work,
      maxPages: config.MAX_DOCUMENT_PAGES,
      maxPageImages: config.MAX_PAGE_IMAGES,
    });
    if (converted)
      await publication.adopt(
        { name: 'document.pdf', contentType: 'application/pdf', body: { file } },
        converted.etag,
      );
    return await publication.close(closing);
  } finally {
    reader.kill();
    await rm(directory, { recursive: true, force: true });
  }
}
