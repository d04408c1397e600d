import { declaredCharset } from '../../document/html/declared-charset.ts';
import { htmlText } from '../../document/html/html-text.ts';
import { textDecoder } from '../../document/text/decode-text.ts';
import { findEncoding } from '../../document/text/find-encoding.ts';
import { type PackageParts, relationshipsOf } from '../text/package-parts.ts';
import { type Edits, editable } from './rewrite-archive.ts';

/** An element without content, or with properties, which hold nothing that shows. */
const CHUNK =
  /<w:altChunk\b([^<>]*)>(?:\s*<w:altChunkPr\b[^<>]*>(?:\s*<[^<>]*>){0,4}?\s*<\/w:altChunk>)?(?:<\/w:altChunk>)?/g;
const MAX_CHUNK_BYTES = 8 * 1024 ** 2;
/** Lines of one part, and characters of XML in all places together: one part may stand in many. */
const MAX_LINES = 200_000;
const MAX_INSERTED = 16 * 1024 ** 2;
const HTML = /\.x?html?$/i;
const TEXT = /\.te?xt$/i;

/**
 * Replaces web pages and texts that stand for a part of a Word document (`w:altChunk`) by their
 * paragraphs: LibreOffice leaves them out. Returns notes of what was simplified, or is missing.
 */
export async function insertChunks(
  parts: PackageParts,
  names: readonly string[],
  edits: Edits,
): Promise<string[]> {
  const notes = new Set<string>();
  /** By the names of the parts. */
  const bodies = new Map<string, string | undefined>();
  let read = 0;
  let inserted = 0;
  for (const name of names) {
    const content = await editable(parts, edits, name);
    if (content === undefined) {
      notes.add('Parts of the document that are files of their own are missing.');
      continue;
    }
    const relationships = await relationshipsOf(parts, name);
    const targetOf = (attributes: string) => relationships.get(idIn(attributes))?.target ?? '';
    for (const [, attributes = ''] of content.matchAll(CHUNK)) {
      const target = targetOf(attributes);
      if (bodies.has(target)) continue;
      const body = read > MAX_INSERTED ? undefined : paragraphs(await textOf(parts, target));
      bodies.set(target, body);
      read += body?.length ?? 0;
    }
    const edited = content.replace(CHUNK, (chunk, attributes: string) => {
      const target = targetOf(attributes);
      const body = bodies.get(target);
      inserted += body?.length ?? 0;
      if (body === undefined || inserted > MAX_INSERTED) {
        notes.add(`A part of the document is a file of its own, and is missing: ${target.slice(0, 100)}.`);
        return chunk;
      }
      notes.add('A part of the document is a web page or a text of its own; only its text is shown.');
      return body;
    });
    edits.set(name, edited);
  }
  return [...notes];
}

const idIn = (attributes: string) => /:id\s*=\s*["']([^"']*)["']/.exec(attributes)?.[1] ?? '';

/** Returns undefined for a part that is neither HTML nor plain text, or too large. */
async function textOf(parts: PackageParts, target: string): Promise<string | undefined> {
  if (!parts.has(target) || !(HTML.test(target) || TEXT.test(target))) return undefined;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await parts.stream(target)) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_CHUNK_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  const content = Buffer.concat(chunks);
  const declared = HTML.test(target) ? declaredCharset(content.subarray(0, 4096)) : undefined;
  const encoding = await findEncoding(content, { declared });
  if (!encoding) return undefined;
  const decoder = textDecoder(encoding.name);
  const decoded = decoder.decode(content) + decoder.end();
  if (TEXT.test(target)) return decoded;
  const pieces: string[] = [];
  const html = htmlText((piece) => pieces.push(piece));
  html.write(decoded);
  html.end();
  return pieces.join('');
}

/** Returns WordprocessingML with a paragraph for each line; undefined if there are too many. */
function paragraphs(text: string | undefined): string | undefined {
  const lines = text?.split(/\r\n?|\n/) ?? [];
  if (text === undefined || lines.length > MAX_LINES) return undefined;
  const made = lines.map((line) => {
    const run = line
      .replace(/[^\P{Cc}\t]/gu, '')
      .toWellFormed()
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .split('\t')
      .map((piece) => `<w:t xml:space="preserve">${piece}</w:t>`)
      .join('<w:tab/>');
    return `<w:p><w:r>${run}</w:r></w:p>`;
  });
  return made.join('');
}
