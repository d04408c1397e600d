import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/**
 * LibreOffice writes the information dictionary directly before the cross-reference table; it is
 * smaller than this.
 */
const BEFORE_TABLE = 16 * 1024;
/** Length of `startxref`, a number and `%%EOF`. */
const TAIL = 64;

/**
 * Makes LibreOffice's PDF byte-identical for the same document: replaces its creation time and the
 * identifiers derived from it by the document's own time and a hash of the document. The length
 * does not change, so no offset in the file moves. (LibreOffice 7.4 ignores SOURCE_DATE_EPOCH.)
 * Documents with several fonts may still differ: LibreOffice writes fonts in the order of their
 * memory addresses.
 */
export async function stabilizePdf(
  pdf: string,
  { source, date }: { source: string; date?: string | undefined },
): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(source), hash);
  const id = hash.digest('hex').slice(0, 32).toUpperCase();
  const time = (date ?? '1970-01-01T00:00:00Z').replace(/\D/g, '').slice(0, 14);
  const file = await open(pdf, 'r+');
  try {
    const { size } = await file.stat();
    const tail = await text(file, Math.max(0, size - TAIL), TAIL);
    const table = Number(/startxref\s+(\d+)/.exec(tail)?.[1] ?? 0);
    const start = Math.max(0, table - BEFORE_TABLE);
    const end = await text(file, start, size - start);
    const stable = end
      .replace(/(\/(?:CreationDate|ModDate)\s*\(D:)\d{14}/g, `$1${time}`)
      .replace(/(?<=\/ID\s*\[[^\]]*<)[0-9A-F]{32}(?=>)/g, id)
      .replace(/(\/DocChecksum\s*\/)[0-9A-F]{32}/g, `$1${id}`);
    await file.write(Buffer.from(stable, 'latin1'), 0, size - start, start);
  } finally {
    await file.close();
  }
}

/** Decodes one character per byte. */
async function text(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead).toString('latin1');
}
