import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { MediaError } from '../../base/errors.ts';
import { type Marks, markScanner } from './mark-scanner.ts';
import { sheetScanner } from './sheet-size.ts';
import type { Corner } from './used-cells.ts';

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

export interface CheckedArchive {
  /** Content of the wanted entries that there are. */
  texts: Map<string, string>;
  /** Whether names of entries have backslashes, as some writers on Windows leave them. */
  hasBackslashes: boolean;
  /** Names of entries with tracked changes, and with `w:altChunk`. */
  revised: string[];
  chunked: string[];
  /** Sheets with cells far from the others: the last cell that is printed, by entry and table. */
  cut: Map<string, Map<number, Corner>>;
}

/**
 * Reads an archive completely, once, and returns what later steps need to know. Throws
 * `CorruptMedia` for a corrupt or deceptive archive or a ZIP bomb, `FileTooLarge` for an honest one
 * that is too large or whose tables are (sheet-size.ts), `EncryptedDocument` if entries need a password.
 */
export async function checkArchive(file: string, wanted: readonly string[]): Promise<CheckedArchive> {
  const { size } = await stat(file);
  const budget: Budget = { entries: 0, bytes: 0 };
  const checked: CheckedArchive = {
    ...{ texts: new Map(), hasBackslashes: false, revised: [], chunked: [], cut: new Map() },
  };
  await refusingDamage(async () =>
    readArchive(await yauzl.openPromise(file, OPTIONS), size, { budget, depth: 1, wanted, checked }),
  );
  return checked;
}

const OPTIONS = {
  autoClose: false,
  lazyEntries: true,
  // Backslashes in names become slashes, before the check that no path leads out.
  strictFileNames: false,
  validateEntrySizes: true,
} as const;

interface Pass {
  budget: Budget;
  depth: number;
  wanted: readonly string[];
  checked: CheckedArchive;
}

async function readArchive(archive: ZipFile, size: number, pass: Pass): Promise<void> {
  try {
    for (const entry of await listed(archive, size, pass)) await readEntry(archive, entry, pass);
  } finally {
    archive.close();
  }
}

/** Reads the central directory first, so that a bomb is refused before a byte of it is inflated. */
async function listed(archive: ZipFile, size: number, { budget, depth, checked }: Pass): Promise<Entry[]> {
  budget.entries += archive.entryCount;
  if (budget.entries > MAX_ENTRIES) throw corrupt(`at most ${MAX_ENTRIES} entries, got ${budget.entries}`);
  const entries = new Map<string, Entry>();
  let declared = 0;
  for await (const entry of archive.eachEntry()) {
    declared += entry.uncompressedSize;
    if (depth === 1 && entry.fileNameRaw.includes('\\')) checked.hasBackslashes = true;
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
  const { text, nested, cut, marks } = await inflate(await archive.openReadStreamPromise(entry), keep);
  const { checked } = pass;
  if (keep) checked.texts.set(entry.fileName, text);
  if (pass.depth === 1) {
    if (cut.size > 0) checked.cut.set(entry.fileName, cut);
    if (marks.revised) checked.revised.push(entry.fileName);
    if (marks.chunked) checked.chunked.push(entry.fileName);
  }
  if (!nested) return;
  if (pass.depth >= MAX_DEPTH) throw corrupt('no archives nested within nested archives');
  await readArchive(await yauzl.fromBufferPromise(nested, OPTIONS), nested.length, {
    ...pass,
    depth: pass.depth + 1,
  });
}

interface Inflated {
  text: string;
  nested?: Buffer;
  cut: Map<number, Corner>;
  marks: Marks;
}

/**
 * Inflates to the end, since the sizes in the directory are only claims; yauzl fails the stream if
 * they are wrong.
 */
async function inflate(stream: Readable, keep: number): Promise<Inflated> {
  const kept: Buffer[] = [];
  let bytes = 0;
  let limit = keep;
  const sheets = sheetScanner();
  const marks = markScanner();
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (bytes === 0 && chunk.subarray(0, 4).equals(ZIP_SIGNATURE)) limit = MAX_NESTED_BYTES;
    bytes += chunk.length;
    sheets.scan(chunk);
    marks.scan(chunk);
    if (limit === 0) continue;
    if (bytes > limit) throw corrupt(`at most ${limit} bytes in an entry of this type`);
    kept.push(chunk);
  }
  const content = Buffer.concat(kept);
  const found = { cut: sheets.cut(), marks: marks.found };
  return limit === MAX_NESTED_BYTES
    ? { ...found, text: '', nested: content }
    : { ...found, text: content.toString('utf8') };
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
