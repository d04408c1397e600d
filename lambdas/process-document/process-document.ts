import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../core/config.ts';
import type { WorkOrder, WorkResult } from '../../core/job.ts';
import { type Output, type PublicationStores, publish } from '../../core/publication.ts';
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
    const downloaded = stores.objects.download(source, file);
    // Looked at below; until then it must not count as unhandled.
    downloaded.catch(() => undefined);
    return await publish(stores, order, async (publication) => {
      await downloaded;
      const put = (output: Output) => publication.put(output);
      const work = { file, directory, reader, put };
      if (order.contentType.startsWith('text/'))
        return processText({ ...work, contentType: order.contentType });
      const limits = { maxPages: config.MAX_DOCUMENT_PAGES, maxPageImages: config.MAX_PAGE_IMAGES };
      const closing = await processPdf({ ...work, ...limits });
      if (converted) {
        const output = { name: 'document.pdf', contentType: 'application/pdf', body: { file } };
        await publication.adopt(output, converted.etag);
      }
      return closing;
    });
  } finally {
    reader.kill();
    await rm(directory, { recursive: true, force: true });
  }
}
