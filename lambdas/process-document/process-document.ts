import { join } from 'node:path';
import type { Config } from '../../base/config.ts';
import { withWorkDirectory } from '../../base/work-directory.ts';
import type {
  ConvertedDocument,
  ConvertedTexts,
  DocumentOrder,
  WorkResult,
} from '../../contract/work-order.ts';
import { METRICS_SETTINGS } from '../../core/jobs/metrics.ts';
import { type Publication, type PublicationStores, publish } from '../../core/outputs/publication.ts';
import { OFFICE_PDF } from '../../media/document/document-recipes.ts';
import { processPdf } from '../../media/document/process-pdf.ts';
import { processText } from '../../media/document/process-text.ts';
import { type PageReader, startPageReader } from '../../media/document/reader/page-reader.ts';
import type { Closing, Output } from '../../media/output.ts';

export const SETTINGS = [
  'OUTPUT_BUCKET',
  'JOB_TABLE',
  'QUEUE_TABLE',
  'MAX_CONCURRENT_DOCUMENTS',
  ...METRICS_SETTINGS,
  'MAX_DOCUMENT_PAGES',
  'MAX_PAGE_IMAGES',
] as const;

export interface ProcessDocumentDeps extends PublicationStores {
  config: Config<(typeof SETTINGS)[number]>;
}

const CONVERTED_NAME = 'document.pdf';

/**
 * Publishes page images, text and metadata of one document. Office documents are read from their
 * converted PDF.
 */
export async function processDocument(
  { config, ...stores }: ProcessDocumentDeps,
  order: DocumentOrder,
): Promise<WorkResult> {
  return withWorkDirectory('process-document-', async (directory) => {
    // Start early: the child process takes as long to start as a small download.
    const reader = startPageReader(directory);
    try {
      return await readAndPublish(stores, config, order, { directory, reader });
    } finally {
      reader.kill();
    }
  });
}

async function readAndPublish(
  stores: PublicationStores,
  { MAX_DOCUMENT_PAGES: maxPages, MAX_PAGE_IMAGES: maxPageImages }: ProcessDocumentDeps['config'],
  order: DocumentOrder,
  { directory, reader }: { directory: string; reader: PageReader },
): Promise<WorkResult> {
  // A fixed name, so that the uploaded file's name never reaches a parser.
  const file = join(directory, 'source');
  const { converted } = order;
  const source = converted ? { bucket: stores.outputBucket, ...converted } : order;
  const downloaded = stores.objects.download(source, file);
  // Awaited below; avoids an unhandled rejection until then.
  downloaded.catch(() => undefined);
  return publish(stores, order, async (publication) => {
    const { document: profile } = await stores.documents.profileOf(order);
    await downloaded;
    const put = publication.put.bind(publication);
    const { earlier } = publication;
    const work = { file, directory, reader, profile, put, earlier, maxPageImages };
    if (order.contentType.startsWith('text/'))
      return processText({ ...work, contentType: order.contentType });
    if (!converted) return processPdf({ ...work, maxPages });
    const texts = converted.texts && (await downloadTexts(stores, directory, converted.texts));
    const closing = await processPdf({
      ...{ ...work, maxPages },
      put: texts ? (output) => put(ownText(output, texts)) : put,
      // All the text is there in any case.
      cutPages: texts !== undefined,
    });
    return withConverted(publication, file, converted, closing);
  });
}

/** Texts of an Office document in the directory, by the names of the outputs that they become. */
interface OwnTexts {
  files: Readonly<Record<string, string>>;
  words: number;
}

async function downloadTexts(
  { objects, outputBucket: bucket }: PublicationStores,
  directory: string,
  { text, markdown, words }: ConvertedTexts,
): Promise<OwnTexts> {
  const files = { 'text.txt': join(directory, 'own-text.txt'), 'markdown.md': join(directory, 'own.md') };
  await objects.download({ bucket, ...text }, files['text.txt']);
  await objects.download({ bucket, ...markdown }, files['markdown.md']);
  return { files, words };
}

/** Replaces the text that the pages show by that of the document. */
function ownText(output: Output, { files, words }: OwnTexts): Output {
  const file = files[output.name];
  if (!file) return output;
  const facts = output.facts?.words === undefined ? {} : { facts: { ...output.facts, words } };
  return { ...output, body: { file }, ...facts };
}

/** Adds the converted PDF to the outputs, and what is known of the document to their description. */
async function withConverted(
  publication: Publication,
  file: string,
  { createdAt, modifiedAt, texts, tools, degraded = [] }: ConvertedDocument,
  closing: Closing,
): Promise<Closing> {
  if (!publication.earlier.takeOver([OFFICE_PDF], (file) => file === CONVERTED_NAME))
    await publication.put({
      name: CONVERTED_NAME,
      contentType: 'application/pdf',
      body: { file },
      recipe: OFFICE_PDF,
    });
  // The PDF's dates are those of its conversion.
  const {
    createdAt: _created,
    modifiedAt: _modified,
    ...metadata
  } = closing.metadata as Record<string, unknown>;
  return {
    ...closing,
    metadata: {
      ...metadata,
      ...(texts ? { words: texts.words, characters: texts.characters } : {}),
      ...(createdAt ? { createdAt } : {}),
      ...(modifiedAt ? { modifiedAt } : {}),
    },
    degraded: [...degraded, ...(closing.degraded ?? [])],
    tools: { ...closing.tools, ...tools },
  };
}
