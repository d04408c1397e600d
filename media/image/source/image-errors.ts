import { type ErrorName, MediaError } from '../../../base/errors.ts';
import { REFUSED_THREAD } from '../../../base/machine-error.ts';

const LIBVIPS_OUT_OF_MEMORY = /out of memory --- size/;
/** What sharp says where libvips gave no reason: of damaged images, or if it is refused a thread. */
export const NO_REASON = /^(?:Unknown error|Warning treated as error)/;

/**
 * sharp and libvips do not name their errors. These messages mean something other than a corrupt
 * file; the first match wins.
 */
const MEANINGS: readonly [RegExp, ErrorName, (label: string, detail: string) => string][] = [
  [
    LIBVIPS_OUT_OF_MEMORY,
    'OutOfMemory',
    (label) => `Decoding the ${label} needs more memory than this worker has.`,
  ],
  [
    REFUSED_THREAD,
    'OutOfMemory',
    (label, detail) => `Decoding the ${label} was refused a thread: ${detail}.`,
  ],
  [/exceeds pixel limit/, 'TooManyPixels', (label) => `The ${label} has more pixels than the limit allows.`],
  [/^timeout:/, 'TimedOut', (label, detail) => `Decoding the ${label} took too long (${detail}).`],
  [
    /not configured|not been built in|not supported|not implemented|unsupported (?!image format|marker)|exceeds channel limit/i,
    'UnsupportedMediaType',
    (label, detail) => `This ${label} uses a feature that cannot be decoded: ${detail}.`,
  ],
];

/**
 * Maps a failure of sharp while reading the source. Any failure not known to be ours is the input's
 * fault: nothing else was involved.
 */
export function sourceError(error: unknown, label: string): MediaError {
  if (error instanceof MediaError) return error;
  const detail = detailOf(error);
  for (const [pattern, name, message] of MEANINGS) {
    if (pattern.test(detail)) return new MediaError(name, message(label, detail), { cause: error });
  }
  return corrupt(label, detail, { cause: error });
}

/**
 * Maps a failure of sharp while making an output from decoded pixels. Running out of memory or
 * threads, of which libvips may say nothing, is named; anything else is a bug of ours and returned unchanged.
 */
export function encoderError(error: unknown, output: string): unknown {
  const detail = detailOf(error);
  if (!LIBVIPS_OUT_OF_MEMORY.test(detail) && !NO_REASON.test(detail)) return error;
  return new MediaError(
    'OutOfMemory',
    `Encoding ${output} needs more memory or threads than this worker has: ${detail}.`,
    {
      cause: error,
    },
  );
}

export function corrupt(label: string, detail: string, options?: ErrorOptions): MediaError {
  return new MediaError(
    'CorruptMedia',
    `Expected a complete ${label}, but the file is damaged or truncated: ${detail}.`,
    options,
  );
}

/**
 * Returns the decoder's last (fatal) message on one line, without the local path, which means
 * nothing to the uploader.
 */
function detailOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const plain = (lines.at(-1) ?? '')
    .replace(/^Input (?:buffer|file) has corrupt header:\s*/, '')
    .replace(/^Input (?:buffer|file) contains unsupported image format$/, 'no decoder recognizes it')
    .replace(/(?:\/[^\s:]*)+:\s*/g, '')
    .replace(/^(?:Vips\w+|vips\w+|tiff2vips|webp2vips|source|image|webp|heif|\w+load(?:_\w+)?):\s*/i, '');
  return plain.replace(/[.:\s]*(?:\(\d+\.\d+\))?[.:\s]*$/, '').slice(0, 200) || 'it cannot be read';
}
