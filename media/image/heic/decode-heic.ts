import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { MediaError } from '../../../base/errors.ts';
import { type Outcome, supervise } from '../../process/process-group.ts';
import { sandboxedChild, startError } from '../../process/sandboxed-child.ts';
import { type DecoderLimits, openPixels, openSource } from '../../sharp/hardened-sharp.ts';
import { type Pixels, readPixels } from '../../sharp/pixels.ts';
import { nclxProfile } from '../color/nclx-profile.ts';
import { rawTiff } from '../color/raw-tiff.ts';
import { corrupt, sourceError } from '../source/image-errors.ts';
import type { ImageFacts, ImageSource } from '../source/image-source.ts';
import { type HeicAnswer, type HeicPicture, type HeifProblem, readAnswer } from './heic-answer.ts';

/** 150 megapixels take about 20 s on one slow core. */
const DECODER_SECONDS = 120;
const HEAP_MIB = 64;

const MANIFEST = createRequire(import.meta.url).resolve('libheif-js/package.json');
export const libheifVersion = (createRequire(import.meta.url)(MANIFEST) as { version: string }).version;

/**
 * Decodes the primary image of a HEIC in a separate process: HEVC decoders have a history of
 * vulnerabilities, and a process can be killed. The pixels arrive upright and in their stored color
 * space, with the color profile from the header; sharp converts them to sRGB. Throws `CorruptMedia`
 * and similar errors; if the process does not start, an error that does not blame the upload.
 */
export async function decodeHeic(
  source: ImageSource,
  facts: ImageFacts,
  limits: DecoderLimits & { seconds?: number },
): Promise<Pixels> {
  const seconds = limits.seconds ?? DECODER_SECONDS;
  let image: { picture: HeicPicture; pixels: Buffer; tiff?: Buffer } | undefined;
  const { answer, outcome } = await runDecoder(source, { ...limits, seconds }, (picture) => {
    const { width, height } = facts.header.autoOrient;
    if (picture.width !== width || picture.height !== height)
      throw corrupt(
        facts.label,
        `its header declares ${width} × ${height}, its image is ${picture.width} × ${picture.height}`,
      );
    image = makeRoom(picture, facts.header.icc);
    return image.pixels;
  });
  if (!image || !answer.complete) throw failure(answer, outcome, facts.label);
  const { picture, pixels: data, tiff } = image;
  const { width, height, channels } = picture;
  const decoded = { data, width, height, channels };
  if (!tiff && !facts.shown) return decoded;
  try {
    const image = tiff ? openSource(tiff, limits) : openPixels(decoded);
    return await readPixels(facts.shown ? image.extract(facts.shown) : image);
  } catch (error) {
    throw sourceError(error, facts.label);
  }
}

function makeRoom(picture: HeicPicture, icc: Buffer | undefined) {
  const profile = icc ?? (picture.nclx && nclxProfile(picture.nclx));
  if (!profile) return { picture, pixels: Buffer.alloc(picture.width * picture.height * picture.channels) };
  const { file, pixels } = rawTiff(picture, profile);
  return { picture, pixels, tiff: file };
}

/**
 * Runs the child without our environment (Lambda's holds AWS keys). It can read only its own code,
 * and writes no files.
 */
async function runDecoder(
  source: ImageSource,
  { maxPixels, seconds }: DecoderLimits & { seconds: number },
  roomFor: (picture: HeicPicture) => Buffer,
): Promise<{ answer: HeicAnswer; outcome: Outcome }> {
  const file = typeof source === 'string' ? await open(source) : undefined;
  try {
    const size = file ? (await file.stat()).size : source.length;
    const libheif = dirname(MANIFEST);
    const [program, args] = sandboxedChild({
      name: 'decode-heic-child',
      parent: import.meta.url,
      heapMiB: HEAP_MIB,
      readable: [libheif],
      args: [libheif, String(size), String(maxPixels)],
    });
    const child = spawn(program, args, {
      env: {},
      cwd: tmpdir(),
      detached: true,
      stdio: [file?.fd ?? 'pipe', 'pipe', 'pipe'],
    });
    // Ignore write errors: the child has exited, and its outcome says why.
    child.stdin?.on('error', () => undefined).end(source);
    const supervised = supervise(child, { timeoutSeconds: seconds, graceSeconds: 0 });
    const answered = readAnswer(child.stdout as Readable, roomFor);
    // Wait for both before either failure is thrown: the file is closed next.
    await Promise.allSettled([answered, supervised]);
    return { answer: await answered, outcome: await supervised };
  } finally {
    await file?.close();
  }
}

// Constants from libheif's heif_error.h.
const UNSUPPORTED = new Set([3, 4]);
const MEMORY_ALLOCATION_ERROR = 6;
const SECURITY_LIMIT_EXCEEDED = 1000;

function failure(
  { ready, finding }: HeicAnswer,
  { stopped, code, signal, log }: Outcome,
  label: string,
): Error {
  if (finding && 'problem' in finding) return problemError(finding.problem, label);
  const how = signal ?? `exit code ${code}`;
  if (!ready) return startError('The HEIC decoder', { isLate: stopped !== undefined, signal, how, log });
  return corrupt(label, stopped ? 'the decoder timed out' : 'the decoder failed');
}

function problemError({ code, subcode, message }: HeifProblem, label: string): MediaError {
  const detail = message
    .replace(/^Invalid input: |Unspecified: /g, '')
    .replace(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .slice(0, 200);
  if (code === MEMORY_ALLOCATION_ERROR || subcode === SECURITY_LIMIT_EXCEEDED)
    return new MediaError(
      'TooManyPixels',
      `The ${label} needs more memory than its decoder may use: ${detail}.`,
    );
  if (UNSUPPORTED.has(code))
    return new MediaError(
      'UnsupportedMediaType',
      `This ${label} uses a feature that cannot be decoded: ${detail}.`,
    );
  return corrupt(label, detail);
}
