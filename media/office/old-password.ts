import { readFile } from 'node:fs/promises';

/** Streams of a compound file begin at multiples of this, the size of its smallest sectors. */
const SECTOR = 64;
/** FilePass follows the beginning of a workbook's stream, or WriteProtect after it. */
const FIRST_RECORDS = 4;
const FILE_PASS = 0x2f;

/**
 * Returns true if an Office document from before 2007 says that it is encrypted. It is searched for
 * the beginnings of the streams that say so, and not parsed; so ask only for one that does not
 * open, or comes out wrong.
 * Sources: [MS-DOC] 2.5.2 (FibBase.fEncrypted), [MS-XLS] 2.4.117 (FilePass), [MS-PPT] 2.3.2
 * (CurrentUserAtom.headerToken).
 */
export async function saysEncrypted(file: string): Promise<boolean> {
  const bytes = await readFile(file);
  for (let at = 0; at + SECTOR <= bytes.length; at += SECTOR) {
    const stream = bytes.subarray(at, at + 8 * SECTOR);
    if (isEncryptedWord(stream) || isEncryptedWorkbook(stream) || isEncryptedSlides(stream)) return true;
  }
  return false;
}

/** A document begins with its magic number and a version (nFib); the flag is the lowest bit of byte 11. */
function isEncryptedWord(stream: Buffer): boolean {
  const version = stream.readUInt16LE(2);
  const isDocument = stream.readUInt16LE() === 0xa5ec && version >= 0xc0 && version <= 0x112;
  return isDocument && ((stream[11] ?? 0) & 1) === 1;
}

/** A workbook begins with BOF; records are a type and a length, of 2 bytes each, and their data. */
function isEncryptedWorkbook(stream: Buffer): boolean {
  // Of BIFF5 and BIFF8: the globals of the workbook.
  if (stream.readUInt16LE() !== 0x809 || stream.readUInt16LE(6) !== 5) return false;
  for (let [at, records] = [0, 0]; at + 4 <= stream.length && records < FIRST_RECORDS; records++) {
    if (stream.readUInt16LE(at) === FILE_PASS) return true;
    at += 4 + stream.readUInt16LE(at + 2);
  }
  return false;
}

/** The stream "Current User" is one atom: header, size (20), token. */
function isEncryptedSlides(stream: Buffer): boolean {
  const isAtom = stream.readUInt32LE() === 0x0ff60000 && stream.readUInt32LE(8) === 20;
  return isAtom && stream.readUInt32LE(12) === 0xf3d1c4df;
}
