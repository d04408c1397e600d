import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { MediaError } from '../../base/errors.ts';
import { sheetScanner } from './sheet-size.ts';

/** Limits on an Office file's archive, checked before LibreOffice sees it. */
const MAX_ENTRIES = 10_000;
const MAX_BYTES = 512 * 1024 ** 2;
/**
 * Maximum compression ratio over the whole archive. Below the floor a high ratio is harmless, and
 * common: empty tables compress well.
 */
const MAX_RATIO = 100;
const RATIO_FLOOR = 32 * 1024 ** 2;
/**
 * Maximum nesting depth of archives: an embedded chart's workbook is common, a third level is not.
 */
const MAX_DEPTH = 2;
const MAX_NESTED_BYTES = 64 * 1024 ** 2;
/** Maximum size of an entry that is read as text. */
const MAX_TEXT_BYTES = 4 * 1024 ** 2;
const ZIP_SIGNATURE = Buffer.from('PK\x03\x04', 'latin1');

interface Budget {
  entries: number;
  bytes: number;
}

/**
 * Reads an archive completely, once, and returns the text of the wanted entries. Throws
 * `CorruptMedia` for a corrupt or deceptive archive or a ZIP bomb, `FileTooLarge` for an honest one
 * that is too large or whose tables are (sheet-size.ts), `EncryptedDocument` if entries need a password.
 */
export async function checkArchive(file: string, wanted: readonly string[]): Promise<Map<string, string>> {
  const { size } = await stat(file);
  const budget: Budget = { entries: 0, bytes: 0 };
  const texts = new Map<string, string>();
  await refusingDamage(async () =>
    readArchive(await yauzl.openPromise(file, OPTIONS), size, { budget, depth: 1, wanted, texts }),
  );
  return texts;
}

const OPTIONS = {
  autoClose: false,
  lazyEntries: true,
  strictFileNames: true,
  validateEntrySizes: true,
} as const;

interface Pass {
  budget: Budget;
  depth: number;
  wanted: readonly string[];
  texts: Map<string, string>;
}

async function readArchive(archive: ZipFile, size: number, pass: Pass): Promise<void> {
  try {
    for (const entry of await listed(archive, size, pass.budget)) await readEntry(archive, entry, pass);
  } finally {
    archive.close();
  }
}

/** Reads the central directory first, so that a bomb is refused before a byte of it is inflated. */
async function listed(archive: ZipFile, size: number, budget: Budget): Promise<Entry[]> {
  budget.entries += archive.entryCount;
  if (budget.entries > MAX_ENTRIES) throw corrupt(`at most ${MAX_ENTRIES} entries, got ${budget.entries}`);
  const entries = new Map<string, Entry>();
  let declared = 0;
  for await (const entry of archive.eachEntry()) {
    declared += entry.uncompressedSize;
    if (entry.isEncrypted())
      throw new MediaError('EncryptedDocument', 'Expected a document that opens without a password.');
    if (entries.has(entry.fileName))
      throw corrupt(`unique entry names, got two entries named ${entry.fileName.slice(0, 100)}`);
    entries.set(entry.fileName, entry);
  }
  budget.bytes += declared;
  if (budget.bytes > MAX_BYTES)
    throw new MediaError(
      'FileTooLarge',
      `Expected at most ${MAX_BYTES} bytes of unpacked content, got ${budget.bytes}.`,
    );
  if (declared > RATIO_FLOOR && declared > size * MAX_RATIO)
    throw corrupt(`a compression ratio of at most ${MAX_RATIO}, got ${declared} bytes in ${size}`);
  return [...entries.values()];
}

async function readEntry(archive: ZipFile, entry: Entry, pass: Pass): Promise<void> {
  if (entry.fileName.endsWith('/')) return;
  const keep = pass.depth === 1 && pass.wanted.includes(entry.fileName) ? MAX_TEXT_BYTES : 0;
  const { text, nested } = await inflate(await archive.openReadStreamPromise(entry), keep);
  if (keep) pass.texts.set(entry.fileName, text);
  if (!nested) return;
  if (pass.depth >= MAX_DEPTH) throw corrupt('no archives nested within nested archives');
  await readArchive(await yauzl.fromBufferPromise(nested, OPTIONS), nested.length, {
    ...pass,
    depth: pass.depth + 1,
  });
}

/**
 * Inflates to the end, since the sizes in the directory are only claims; yauzl fails the stream if
 * they are wrong.
 */
async function inflate(stream: Readable, keep: number): Promise<{ text: string; nested?: Buffer }> {
  const kept: Buffer[] = [];
  let bytes = 0;
  let limit = keep;
  const scan = sheetScanner();
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes === 0 && chunk.subarray(0, 4).equals(ZIP_SIGNATURE)) limit = MAX_NESTED_BYTES;
    bytes += chunk.length;
    scan(chunk);
    if (limit === 0) continue;
    if (bytes > limit) throw corrupt(`at most ${limit} bytes in an entry of this type`);
    kept.push(chunk);
  }
  const content = Buffer.concat(kept);
  return limit === MAX_NESTED_BYTES ? { text: '', nested: content } : { text: content.toString('utf8') };
}

async function refusingDamage(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof MediaError || (error as NodeJS.ErrnoException).syscall) throw error;
    throw new MediaError('CorruptMedia', `Expected an intact ZIP archive: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const corrupt = (expected: string) => new MediaError('CorruptMedia', `Expected ${expected}.`);
