import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import { withReader } from '../../base/read-at.ts';
import { type Closing, type EarlierOutputs, type Emit, NOTHING_EARLIER } from '../output.ts';
import type { DocumentProfile } from '../profile/document-profile.ts';
import { toolVersions } from '../sharp/hardened-sharp.ts';
import { documentRecipes, TEXT_RECIPE, thumbnailRecipe } from './document-recipes.ts';
import { declaredCharset } from './html/declared-charset.ts';
import { htmlText } from './html/html-text.ts';
import { TIME_LIMITS } from './limits.ts';
import { discard, encodeThumbnails } from './outputs/page-pictures.ts';
import { TEXT_PAGE, textPage } from './outputs/text-page.ts';
import { TextSink } from './outputs/text-sink.ts';
import { isWanted } from './outputs/wanted-texts.ts';
import type { PagePicture } from './reader/page-protocol.ts';
import { type PageReader, ReaderDied } from './reader/page-reader.ts';
import { textDecoder } from './text/decode-text.ts';
import { findEncoding, type TextEncoding } from './text/find-encoding.ts';
import { readSample } from './text/sample.ts';

export interface TextWork {
  file: string;
  /** Empty directory, removed by the caller. */
  directory: string;
  reader: PageReader;
  /** `text/plain`, `text/markdown`, `text/csv` or `text/html`. */
  contentType: string;
  profile: DocumentProfile;
  maxPageImages: number;
  put: Emit;
  earlier?: EarlierOutputs | undefined;
}

/** Browsers look at 1 KiB; pages with long comments declare it later. */
const DECLARED_WITHIN = 4096;
/** Characters of HTML that are parsed at once, between two looks at the time. */
const HTML_STEP = 4096;

/**
 * Makes the outputs of a text file: UTF-8 text, counts, and thumbnails of its first page. HTML is
 * converted to its visible text.
 */
export async function processText(work: TextWork): Promise<Closing> {
  const encoding = await encodingOf(work);
  const target = join(work.directory, 'text.txt');
  const sink = await TextSink.open(target, TEXT_PAGE.lines * TEXT_PAGE.columns);
  let converted: Awaited<ReturnType<typeof convert>>;
  try {
    converted = await convert(work, encoding, sink);
    await sink.end();
  } finally {
    await sink.release();
  }
  const { name, certain } = encoding;
  const { title, omitted } = converted;
  const { words, characters, lines } = sink.totals;
  const degraded = await drawThumbnails(work, sink.beginning);
  degraded.push(...losses(encoding, sink), ...(omitted ? [omitted] : []));
  const isTaken = () => work.earlier?.takeOver([TEXT_RECIPE], (file) => file === 'text.txt')?.length;
  if (isWanted('text.txt', work.profile) && !isTaken())
    await work.put({
      name: 'text.txt',
      contentType: 'text/plain; charset=utf-8',
      body: { file: target },
      facts: { words },
      recipe: TEXT_RECIPE,
    });
  return {
    metadata: { ...(title ? { title } : {}), encoding: { name, certain }, words, characters, lines },
    degraded,
    tools: toolVersions,
    planned: documentRecipes(work.profile, work),
  };
}

async function encodingOf({ file, contentType }: TextWork): Promise<TextEncoding> {
  const declared = contentType === 'text/html' ? await declaredEncoding(file) : undefined;
  const encoding = await findEncoding(await readSample(file), { declared });
  if (encoding) return encoding;
  throw new MediaError('CorruptMedia', 'Expected text, got binary data.');
}

const declaredEncoding = (file: string) =>
  withReader(file, async (read) => declaredCharset(await read(0, DECLARED_WITHIN)));

function losses({ name, rival }: TextEncoding, { totals }: TextSink): string[] {
  const { undecodable, nuls } = totals;
  return [
    ...(rival
      ? [`The encoding is a guess: the text was read as ${name}, but ${rival} fits almost as well.`]
      : []),
    ...(undecodable > 0 ? [`${undecodable} characters could not be decoded as ${name}.`] : []),
    ...(nuls > 0 ? [`${nuls} NUL characters were left out; text may be missing in their place.`] : []),
  ];
}

/** Writes the text to the sink. Returns the title, and what was left out. */
async function convert(
  { file, contentType }: TextWork,
  encoding: TextEncoding,
  sink: TextSink,
): Promise<{ title?: string | undefined; omitted?: string }> {
  const decoder = textDecoder(encoding.name);
  if (contentType !== 'text/html') {
    for await (const bytes of createReadStream(file)) await sink.add(decoder.decode(bytes as Buffer));
    await sink.add(decoder.end());
    return {};
  }
  let text = '';
  const html = htmlText((piece) => {
    text += piece;
  });
  const deadline = performance.now() + TIME_LIMITS.html;
  /** Returns false if there is no more time. */
  const parse = async (source: string) => {
    for (let at = 0; at < source.length; at += HTML_STEP) {
      if (performance.now() > deadline) return false;
      html.write(source.slice(at, at + HTML_STEP));
      await sink.add(text);
      text = '';
    }
    return true;
  };
  for await (const bytes of createReadStream(file))
    if (!(await parse(decoder.decode(bytes as Buffer))))
      return {
        title: html.title(),
        omitted: `The rest of the page was omitted: it took longer than ${TIME_LIMITS.html / 1000} s to read.`,
      };
  html.write(decoder.end());
  html.end();
  await sink.add(text);
  return { title: html.title() };
}

const OF_THUMBNAIL = 'Thumbnail: ';
const isOfThumbnail = (reason: string) => reason.startsWith(OF_THUMBNAIL);

/** Draws the thumbnails; returns the reasons if there are none, or if they are incomplete. */
async function drawThumbnails(
  { reader, directory, contentType, profile, put, earlier = NOTHING_EARLIER }: TextWork,
  beginning: string,
): Promise<string[]> {
  const thumbnails = profile.thumbnails.filter(
    (thumbnail) =>
      !earlier.takeOver([thumbnailRecipe(thumbnail)], (file) => file === `${thumbnail.name}.jpg`)?.length,
  );
  if (thumbnails.length === 0 && profile.thumbnails.length > 0) return earlier.degraded.filter(isOfThumbnail);
  const file = join(directory, 'page-1.rgba');
  const lines = textPage(beginning);
  try {
    const monospace = contentType !== 'text/html';
    const picture = await reader.ask<PagePicture>(
      { ask: 'draw', lines, monospace, into: file },
      TIME_LIMITS.pagePicture,
    );
    const raw = { ...picture, page: 1, file };
    for (const output of await encodeThumbnails(raw, thumbnails)) await put(output);
    await discard(raw);
    return picture.problems.map((problem) => `${OF_THUMBNAIL}${problem}.`);
  } catch (error) {
    if (!(error instanceof ReaderDied)) throw error;
    return [`There is no thumbnail: ${error.message}.`];
  } finally {
    reader.kill();
  }
}
