import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { MediaError } from '../../base/errors.ts';

/** Limits on an Office file's archive, checked before LibreOffice sees it. */
const MAX_ENTRIES = 10_000;
const MAX_BYTES = 512 * 1024 ** 2;
/** Inflated to deflated, over the whole archive. Below the floor a high ratio is harmless, and usual: empty tables compress well. */
const MAX_RATIO = 100;
const RATIO_FLOOR = 32 * 1024 ** 2;
/** An archive within the archive: a chart's workbook is everyday, but a third level is not. */
const MAX_DEPTH = 2;
const MAX_NESTED_BYTES = 64 * 1024 ** 2;
/** Of an entry that is read as text. */
const MAX_TEXT_BYTES = 4 * 1024 ** 2;
const ZIP_SIGNATURE = Buffer.from('PK\x03\x04', 'latin1');

interface Budget {
  entries: number;
  bytes: number;
}

/**
 * Reads an archive once, through and through, and gives the named entries' text. Throws `CorruptMedia` for a broken, deceitful or
 * explosive one, `FileTooLarge` for an honest one that is too large, `EncryptedDocument` where entries need a password.
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

/** The directory comes first: a bomb is refused before a byte of it is inflated. */
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
      throw corrupt(`each entry once, got two named ${entry.fileName.slice(0, 100)}`);
    entries.set(entry.fileName, entry);
  }
  budget.bytes += declared;
  if (budget.bytes > MAX_BYTES)
    throw new MediaError(
      'FileTooLarge',
      `Expected at most ${MAX_BYTES} bytes of unpacked content, got ${budget.bytes}.`,
    );
  if (declared > RATIO_FLOOR && declared > size * MAX_RATIO)
    throw corrupt(`content packed to at least 1/${MAX_RATIO} of its size, got ${size} bytes for ${declared}`);
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

/** Inflates to the end, since the sizes in the directory are only claims; yauzl ends the stream with an error where they are wrong. */
async function inflate(stream: Readable, keep: number): Promise<{ text: string; nested?: Buffer }> {
  const kept: Buffer[] = [];
  let bytes = 0;
  let limit = keep;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes === 0 && chunk.subarray(0, 4).equals(ZIP_SIGNATURE)) limit = MAX_NESTED_BYTES;
    bytes += chunk.length;
    if (limit === 0) continue;
    if (bytes > limit) throw corrupt(`at most ${limit} bytes in one such part of the document`);
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
    throw new MediaError('CorruptMedia', `Expected a sound archive: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const corrupt = (expected: string) => new MediaError('CorruptMedia', `Expected ${expected}.`);
