import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { MediaError } from '../../../base/errors.ts';
import type { PackageParts } from '../text/package-parts.ts';

/** New contents by the names of parts; a part that is missing is added. */
export type Edits = Map<string, string>;

/** Parts that are edited are held in memory. */
const MAX_EDITED_BYTES = 128 * 1024 ** 2;
/** A fixed date gives the same bytes each time. */
const OPTIONS = { mtime: new Date(Date.UTC(1980, 0, 2)), compress: false };

/** Writes a copy of an archive with some parts replaced, uncompressed, since it is read at once. */
export async function rewriteArchive(parts: PackageParts, edits: Edits, to: string): Promise<void> {
  const archive = new yazl.ZipFile();
  // Without a listener, an entry that cannot be read would end the process.
  archive.on('error', (error: Error) => (archive.outputStream as Readable).destroy(error));
  const names = parts.names();
  for (const name of [...names, ...[...edits.keys()].filter((added) => !names.includes(added))]) {
    const edited = edits.get(name);
    if (edited !== undefined) archive.addBuffer(Buffer.from(edited), name, OPTIONS);
    else if (!name.endsWith('/'))
      archive.addReadStreamLazy(name, OPTIONS, (give) => {
        parts.stream(name).then(
          (stream) => give(null, stream),
          (error: Error) => give(error, undefined as never),
        );
      });
  }
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(to)).catch((error) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    throw new MediaError('OutOfDisk', 'Expected room for a copy of the document, got a full disk.', {
      cause: error,
    });
  });
}

/**
 * Returns the text of a part, as edited so far; undefined if it is missing, or too large to be
 * edited in memory.
 */
export async function editable(parts: PackageParts, edits: Edits, name: string): Promise<string | undefined> {
  const edited = edits.get(name);
  if (edited !== undefined || !parts.has(name)) return edited;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await parts.stream(name)) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_EDITED_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
