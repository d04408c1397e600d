import { readSync, writeSync } from 'node:fs';
import { type HeicFinding, READY } from '../heic-answer.ts';
import { decodePrimary } from './decode-primary.ts';
import { HeifError, type Libheif, loadLibheif } from './libheif.ts';

/**
 * The child that touches hostile HEICs: it decodes the one on its standard input and writes it to its standard output, as heic-answer.ts
 * reads it. libheif blocks this process's only thread, and a file may keep it busy for ever: decode-heic.ts then kills it.
 */
const [folder = '', size, maxPixels] = process.argv.slice(2);
const STDIN = 0;
const STDOUT = 1;

const heif = await loadLibheif(folder);
write(Buffer.from(`${READY}\n`));
try {
  const { pixels, ...picture } = decodePrimary(heif, readFile(heif, Number(size)), Number(maxPixels));
  tell({ picture });
  write(pixels);
} catch (error) {
  if (!(error instanceof HeifError)) throw error;
  tell({ problem: error.problem });
}

/** Straight into libheif's memory: held twice, 200 MB would be 400. */
function readFile(heif: Libheif, size: number): { at: number; size: number } {
  const at = heif._malloc(size);
  if (!at) throw new HeifError({ code: 6, subcode: 0, message: 'no room for the file' });
  let read = 0;
  for (let more = -1; more !== 0 && read < size; read += more)
    more = readSync(STDIN, heif.HEAPU8, at + read, size - read, null);
  return { at, size: read };
}

function tell(finding: HeicFinding): void {
  write(Buffer.from(`${JSON.stringify(finding)}\n`));
}

function write(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(STDOUT, bytes, at);
}
