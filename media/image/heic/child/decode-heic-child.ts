import { readSync, writeSync } from 'node:fs';
import { type HeicFinding, READY } from '../heic-answer.ts';
import { decodePrimary } from './decode-primary.ts';
import { HeifError, type Libheif, loadLibheif } from './libheif.ts';

/**
 * Child process that handles hostile HEICs: decodes the one on stdin and writes it to stdout, in
 * the format that heic-answer.ts reads. libheif blocks this process's only thread, and a file may
 * keep it busy forever; decode-heic.ts then kills it.
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

/** Reads directly into libheif's memory: a second copy would turn 200 MB into 400. */
function readFile(heif: Libheif, size: number): { at: number; size: number } {
  const at = heif._malloc(size);
  if (!at) throw new HeifError({ code: 6, subcode: 0, message: 'not enough memory for the file' });
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
