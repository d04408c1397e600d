import { join } from 'node:path';
import sharp from 'sharp';
import { MediaError } from '../../core/errors.ts';
import type { Closing, Output } from '../../core/publication.ts';
import { Degradation } from './degradation.ts';
import { LIMITS, PICTURE_SIDE, TIME_LIMITS, type TimeLimits } from './limits.ts';
import { MarkdownFile } from './markdown-file.ts';
import { discard, encodePage, encodeThumbnails, PICTURE_SETTINGS, type RawPicture } from './page-pictures.ts';
import type { PagePicture, PageText } from './page-protocol.ts';
import type { PageReader } from './page-reader.ts';
import { openPdfSession, type PdfSession } from './pdf-session.ts';
import { TextFiles } from './text-files.ts';

export interface PdfWork {
  /** The PDF, inside the directory. */
  file: string;
  /** Fresh, and removed by the caller. */
  directory: string;
  reader: PageReader;
  maxPages: number;
  /** Pages that get a picture of their own. */
  maxPageImages: number;
  put: (output: Output) => Promise<void>;
  times?: TimeLimits;
}

/**
 * Makes every output of a PDF: pictures of the first page and of each page up to a cap, text, Markdown, metadata. Needs no AWS.
 * Throws `EncryptedDocument`, `CorruptMedia` or `TooManyPages`; whatever goes wrong with single pages is said in `degraded`.
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
      tools: { ...facts.tools, sharp: sharp.versions.sharp ?? '', vips: sharp.versions.vips },
      settings: { PICTURE_SIDE, ...PICTURE_SETTINGS, LIMITS, MAX_PAGE_IMAGES: work.maxPageImages },
    };
  } finally {
    session.close();
  }
}

async function readPages(session: PdfSession, work: PdfWork, degradation: Degradation) {
  const { pages: pageCount, outline } = session.facts;
  const texts = new TextFiles(work.directory, { pageCount, outline });
  const markdown = new MarkdownFile(work.directory);
  const pictures = new Pictures(work);
  let read = 0;
  for (let page = 1; page <= pageCount; page++) {
    const text = await session.ask<PageText>({ ask: 'text', page }, (work.times ?? TIME_LIMITS).pageText);
    const problems =
      'value' in text ? [...text.value.problems] : [`the page could not be read: ${text.failure}`];
    const picture = pictures.wants(page) ? await draw(session, work, page) : undefined;
    if (picture && 'failure' in picture) problems.push(`the page has no picture: ${picture.failure}`);
    else if (picture) problems.push(...picture.value.problems);
    if (picture && 'value' in picture) await pictures.add(picture.value);
    const content = 'value' in text ? text.value : undefined;
    if (content || (picture && 'value' in picture)) read++;
    if (!(await texts.add({ page, text: content, problems })))
      problems.push(
        `the text is left out: the document has more than ${LIMITS.documentCharacters} characters`,
      );
    else if (content) await markdown.add(page, content.lines);
    degradation.page(page, problems);
  }
  if (read === 0)
    throw new MediaError(
      'CorruptMedia',
      `Expected at least one readable page, got none of ${pageCount}: ${degradation.reasons()[0]}`,
    );
  await pictures.settled();
  for (const output of [...(await texts.close()), await markdown.close()]) await work.put(output);
  return texts.totals;
}

async function draw({ ask }: PdfSession, { directory, times = TIME_LIMITS }: PdfWork, page: number) {
  const file = join(directory, `page-${page}.rgba`);
  const answer = await ask<PagePicture>({ ask: 'picture', page, into: file }, times.pagePicture);
  return 'value' in answer ? { value: { ...answer.value, page, file } } : answer;
}

/** Encodes and publishes pictures while the child works on the next page; at most one waits. */
class Pictures {
  private readonly work: PdfWork;
  private pending: Promise<void> = Promise.resolve();
  private thumbnailsMade = false;

  constructor(work: PdfWork) {
    this.work = work;
  }

  /** The first page that can be drawn becomes the thumbnails. */
  wants(page: number): boolean {
    return page <= Math.max(this.work.maxPageImages, 1) || !this.thumbnailsMade;
  }

  async add(picture: RawPicture): Promise<void> {
    await this.pending;
    const thumbnails = !this.thumbnailsMade;
    this.thumbnailsMade = true;
    this.pending = this.publish(picture, thumbnails);
    // The next `add` or `settled` throws what went wrong; until then nobody listens, which Node would take for a crash.
    this.pending.catch(() => {});
  }

  settled = () => this.pending;

  private async publish(picture: RawPicture, thumbnails: boolean): Promise<void> {
    const { maxPageImages, put } = this.work;
    if (thumbnails) for (const output of await encodeThumbnails(picture)) await put(output);
    if (picture.page <= maxPageImages) await put(await encodePage(picture));
    await discard(picture);
  }
}
