import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import { detectTextEncoding, type TextEncoding } from '../kinds/text-encoding.ts';
import type { Closing, Emit } from '../output.ts';
import { toolVersions } from '../sharp/hardened-sharp.ts';
import { TIME_LIMITS } from './limits.ts';
import { declaredCharset, htmlText } from './outputs/html-text.ts';
import { discard, encodeThumbnails, PICTURE_SETTINGS } from './outputs/page-pictures.ts';
import { TEXT_PAGE, textPage } from './outputs/text-page.ts';
import { TextSink } from './outputs/text-sink.ts';
import type { PagePicture } from './reader/page-protocol.ts';
import { type PageReader, ReaderDied } from './reader/page-reader.ts';

export interface TextWork {
  file: string;
  /** Empty directory, removed by the caller. */
  directory: string;
  reader: PageReader;
  /** `text/plain`, `text/markdown`, `text/csv` or `text/html`. */
  contentType: string;
  put: Emit;
}

const SAMPLE_BYTES = 1024 * 1024;

/**
 * Makes the outputs of a text file: UTF-8 text, counts, and thumbnails of its first page. HTML is
 * converted to its visible text.
 */
export async function processText(work: TextWork): Promise<Closing> {
  const encoding = await encodingOf(work);
  const target = join(work.directory, 'text.txt');
  const sink = await TextSink.open(target, TEXT_PAGE.lines * TEXT_PAGE.columns);
  let title: string | undefined;
  try {
    title = await convert(work, encoding, sink);
    await sink.end();
  } finally {
    await sink.release();
  }
  const { words, characters, lines, undecodable } = sink.totals;
  const degraded = await drawThumbnails(work, sink.beginning);
  if (undecodable > 0) degraded.push(`${undecodable} characters could not be decoded as ${encoding.name}.`);
  await work.put({
    name: 'text.txt',
    contentType: 'text/plain; charset=utf-8',
    body: { file: target },
    facts: { words },
  });
  return {
    metadata: { ...(title ? { title } : {}), encoding, words, characters, lines },
    degraded,
    tools: toolVersions,
    settings: { TEXT_PAGE, ...PICTURE_SETTINGS },
  };
}

async function encodingOf({ file, contentType }: TextWork): Promise<TextEncoding> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    const sample = buffer.subarray(0, bytesRead);
    const declared = contentType === 'text/html' ? declaredCharset(sample.subarray(0, 4096)) : undefined;
    const encoding = detectTextEncoding(sample, { declared });
    if (encoding) return encoding;
    throw new MediaError('CorruptMedia', 'Expected text, got binary data.');
  } finally {
    await handle.close();
  }
}

async function convert(work: TextWork, encoding: TextEncoding, sink: TextSink): Promise<string | undefined> {
  const decoder = new TextDecoder(encoding.name);
  if (work.contentType !== 'text/html') {
    for await (const bytes of createReadStream(work.file))
      await sink.add(decoder.decode(bytes as Buffer, { stream: true }));
    await sink.add(decoder.decode());
    return undefined;
  }
  let text = '';
  const html = htmlText((piece) => {
    text += piece;
  });
  const passOn = async () => {
    await sink.add(text);
    text = '';
  };
  for await (const bytes of createReadStream(work.file)) {
    await html.write(decoder.decode(bytes as Buffer, { stream: true }));
    await passOn();
  }
  await html.write(decoder.decode());
  await html.end();
  await passOn();
  return html.title();
}

/** Draws the thumbnails; returns the reasons if there are none, or if they are incomplete. */
async function drawThumbnails(
  { reader, directory, contentType, put }: TextWork,
  beginning: string,
): Promise<string[]> {
  const file = join(directory, 'page-1.rgba');
  const lines = textPage(beginning);
  try {
    const monospace = contentType !== 'text/html';
    const picture = await reader.ask<PagePicture>(
      { ask: 'draw', lines, monospace, into: file },
      TIME_LIMITS.pagePicture,
    );
    const raw = { ...picture, page: 1, file };
    for (const output of await encodeThumbnails(raw)) await put(output);
    await discard(raw);
    return picture.problems.map((problem) => `Thumbnail: ${problem}.`);
  } catch (error) {
    if (!(error instanceof ReaderDied)) throw error;
    return [`There is no thumbnail: ${error.message}.`];
  } finally {
    reader.kill();
  }
}
