import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import type { Closing, Emit } from '../output.ts';
import { toolVersions } from '../sharp/hardened-sharp.ts';
import { LIMITS, PICTURE_SIDE, TIME_LIMITS, type TimeLimits } from './limits.ts';
import { Degradation } from './outputs/degradation.ts';
import { MarkdownFile } from './outputs/markdown-file.ts';
import { PICTURE_SETTINGS } from './outputs/page-pictures.ts';
import { PictureQueue } from './outputs/picture-queue.ts';
import { TextFiles, type TextTotals } from './outputs/text-files.ts';
import type { PagePicture, PageText } from './reader/page-protocol.ts';
import type { PageReader } from './reader/page-reader.ts';
import { openPdfSession, type PdfSession } from './reader/pdf-session.ts';

export interface PdfWork {
  /** Path of the PDF in the directory. */
  file: string;
  /** Empty directory, removed by the caller. */
  directory: string;
  reader: PageReader;
  maxPages: number;
  /** Number of pages that get an image of their own. */
  maxPageImages: number;
  put: Emit;
  times?: TimeLimits;
}

/**
 * Makes every output of a PDF: thumbnails of the first page that can be drawn, images of its pages
 * up to a limit, text, Markdown, metadata. Needs no AWS. Throws `EncryptedDocument`, `CorruptMedia`
 * or `TooManyPages`; problems with single pages are reported in `degraded`.
 */
export async function processPdf(work: PdfWork): Promise<Closing> {
  const session = await openPdfSession(work.file, work.directory, work.reader, work.times ?? TIME_LIMITS);
  try {
    const { facts } = session;
    if (facts.pages > work.maxPages)
      throw new MediaError('TooManyPages', `Expected at most ${work.maxPages} pages, got ${facts.pages}.`);
    const degradation = new Degradation();
    for (const problem of facts.problems) degradation.document(problem);
    const totals = await readPages(session, work, degradation);
    return {
      metadata: {
        ...facts.metadata,
        repaired: facts.repaired,
        pages: facts.pages,
        ...totals,
        outlineEntries: facts.outline.length,
      },
      degraded: degradation.reasons(),
      tools: { ...facts.tools, ...toolVersions },
      settings: { PICTURE_SIDE, ...PICTURE_SETTINGS, LIMITS, MAX_PAGE_IMAGES: work.maxPageImages },
    };
  } finally {
    session.close();
  }
}

async function readPages(session: PdfSession, work: PdfWork, degradation: Degradation): Promise<TextTotals> {
  const { pages: pageCount, outline } = session.facts;
  const texts = await TextFiles.open(work.directory, { pageCount, outline });
  const markdown = await MarkdownFile.open(work.directory);
  const pictures = new PictureQueue(work);
  try {
    let readable = 0;
    for (let page = 1; page <= pageCount; page++) {
      const { text, picture, problems } = await readPage(session, work, page, pictures.wants(page));
      if (text || picture) readable++;
      if (picture) await pictures.add(picture);
      if (!(await texts.add({ page, text, problems })))
        problems.push(
          `the text was omitted: the document has more than ${LIMITS.documentCharacters} characters`,
        );
      else if (text) await markdown.add(page, text.lines);
      degradation.page(page, problems);
    }
    if (readable === 0) throw nothingReadable(pageCount, degradation);
    await pictures.delivered();
    for (const output of [...(await texts.end()), await markdown.end()]) await work.put(output);
    return texts.totals;
  } finally {
    // Nothing may be published once this has failed: the caller's cleanup would miss it.
    await pictures.stopped();
    await texts.release();
    await markdown.release();
  }
}

async function readPage(
  { ask }: PdfSession,
  { directory, times = TIME_LIMITS }: PdfWork,
  page: number,
  draw: boolean,
) {
  const text = await ask<PageText>({ ask: 'text', page }, times.pageText);
  const problems =
    'value' in text ? [...text.value.problems] : [`the page could not be read: ${text.failure}`];
  const read = 'value' in text ? text.value : undefined;
  if (!draw) return { text: read, problems };
  const file = join(directory, `page-${page}.rgba`);
  const picture = await ask<PagePicture>({ ask: 'picture', page, into: file }, times.pagePicture);
  if ('failure' in picture) {
    problems.push(`the page could not be rendered: ${picture.failure}`);
    return { text: read, problems };
  }
  problems.push(...picture.value.problems);
  return { text: read, picture: { ...picture.value, page, file }, problems };
}

function nothingReadable(pageCount: number, degradation: Degradation): MediaError {
  const why = degradation.reasons()[0] ?? 'the document has no pages';
  return new MediaError(
    'CorruptMedia',
    `Expected at least one readable page, got none of ${pageCount}: ${why}`,
  );
}
