import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import { type Closing, type EarlierOutputs, type Emit, NOTHING_EARLIER, type Output } from '../output.ts';
import type { DocumentProfile } from '../profile/document-profile.ts';
import { toolVersions } from '../sharp/hardened-sharp.ts';
import { documentRecipes, pageImages } from './document-recipes.ts';
import { LIMITS, TIME_LIMITS, type TimeLimits } from './limits.ts';
import { Degradation } from './outputs/degradation.ts';
import { MarkdownFile } from './outputs/markdown-file.ts';
import type { RawPicture } from './outputs/page-pictures.ts';
import { type PictureClock, pictureClock } from './outputs/picture-clock.ts';
import { PictureQueue } from './outputs/picture-queue.ts';
import { TextFiles, type TextTotals } from './outputs/text-files.ts';
import { isWanted } from './outputs/wanted-texts.ts';
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
  /** Whether pages beyond them are left out with a note. Default: the document is refused. */
  cutPages?: boolean;
  /** Number of pages that get an image of their own, if the profile has so many. */
  maxPageImages: number;
  profile: DocumentProfile;
  put: Emit;
  earlier?: EarlierOutputs | undefined;
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
    const isCut = facts.pages > work.maxPages;
    if (isCut && !work.cutPages)
      throw new MediaError('TooManyPages', `Expected at most ${work.maxPages} pages, got ${facts.pages}.`);
    const { text } = work.profile;
    const degradation = new Degradation();
    if (isCut) {
      const rest = text ? '; text.txt has the text of all' : '';
      degradation.document(`only the first ${work.maxPages} pages are shown${rest}`);
      facts.pages = work.maxPages;
    }
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
      // What was found in pages that are not drawn again still holds.
      degraded: [...degradation.reasons({ areListed: text }), ...(work.earlier?.degraded ?? [])],
      tools: { ...facts.tools, ...toolVersions },
      planned: documentRecipes(work.profile, work),
    };
  } finally {
    session.close();
  }
}

async function readPages(session: PdfSession, work: PdfWork, degradation: Degradation): Promise<TextTotals> {
  const { pages: pageCount, outline } = session.facts;
  const texts = await TextFiles.open(work.directory, { pageCount, outline });
  const markdown = await MarkdownFile.open(work.directory);
  const maxPageImages = pageImages(work.profile, work);
  const { earlier = NOTHING_EARLIER } = work;
  const pictures = new PictureQueue({ ...work, maxPageImages, earlier });
  const wanted = Math.min(pageCount, Math.max(1, maxPageImages));
  const clock = pictureClock(work.times ?? TIME_LIMITS, wanted);
  try {
    let readable = 0;
    let shown = 0;
    for (let page = 1; page <= pageCount; page++) {
      const isShown = pictures.shows(page);
      const { text, problems } = await readText(session, work, { page, annotations: isShown });
      const isTaken = isShown && pictures.takeOver(page);
      const picture = isShown && !isTaken ? await draw(session, work, page, { clock, problems }) : undefined;
      if (text || picture || isTaken) readable++;
      if (picture && !picture.isBlank) shown++;
      if (picture) await pictures.add(picture);
      if (!(await texts.add({ page, text, problems })))
        problems.push(
          `the text was omitted: the document has more than ${LIMITS.documentCharacters} characters`,
        );
      else if (text) await markdown.add(page, text.lines);
      degradation.page(page, problems);
    }
    if (readable === 0) throw nothingReadable(pageCount, degradation);
    if (shown > 0 && texts.totals.words === 0)
      degradation.document('no page has text, only pictures, as in a scan; text in pictures is not read');
    await pictures.delivered();
    // One that was not asked for then has the same recipe as one that was.
    const isTaken = ({ recipe, name }: Output) =>
      (earlier.takeOver([recipe], (file) => file === name)?.length ?? 0) > 0;
    for (const output of [...(await texts.end()), await markdown.end()])
      if (isWanted(output.name, work.profile) && !isTaken(output)) await work.put(output);
    return texts.totals;
  } finally {
    // Nothing may be published once this has failed: the caller's cleanup would miss it.
    await pictures.stopped();
    await texts.release();
    await markdown.release();
  }
}

async function readText(
  { ask }: PdfSession,
  { times = TIME_LIMITS }: PdfWork,
  wanted: { page: number; annotations: boolean },
) {
  const text = await ask<PageText>({ ask: 'text', ...wanted }, times.pageText);
  if ('failure' in text)
    return { text: undefined, problems: [`the page could not be read: ${text.failure}`] };
  return { text: text.value, problems: [...text.value.problems] };
}

/** Draws a page within its share of the time. Adds to the problems, also why there is no picture. */
async function draw(
  { ask }: PdfSession,
  { directory, times = TIME_LIMITS }: PdfWork,
  page: number,
  { clock, problems }: { clock: PictureClock; problems: string[] },
): Promise<RawPicture | undefined> {
  const file = join(directory, `page-${page}.rgba`);
  const time = clock.share();
  const started = performance.now();
  const picture =
    time === undefined
      ? { failure: `the limit of ${times.allPictures / 1000} s for all pictures was reached` }
      : await ask<PagePicture>({ ask: 'picture', page, into: file }, time);
  clock.spend(performance.now() - started);
  if ('failure' in picture) {
    problems.push(`the page could not be rendered: ${picture.failure}`);
    return undefined;
  }
  problems.push(...picture.value.problems);
  return { ...picture.value, page, file };
}

function nothingReadable(pageCount: number, degradation: Degradation): MediaError {
  const why = degradation.reasons()[0] ?? 'the document has no pages';
  return new MediaError(
    'CorruptMedia',
    `Expected at least one readable page, got none of ${pageCount}: ${why}`,
  );
}
