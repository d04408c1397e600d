import type { Config } from '../../base/config.ts';
import { MediaError } from '../../base/errors.ts';
import { type DetectedType, detectMediaType, type ReadMore } from '../../media/kinds/detect-media-type.ts';
import { id3v2Bytes } from '../../media/kinds/mpeg-audio.ts';
import { type ByteConfig, maxBytes } from './max-bytes.ts';

interface Candidate {
  /** File name. */
  file: string;
  /** The first HEAD_BYTES of the file, or all of it. */
  head: Buffer;
  /** Of the whole file, in bytes. */
  size: number;
}

/** Detects the media type of a file. Throws what it is rejected with: its type, its name or its size. */
export async function judgeType(
  { file, head, size }: Candidate,
  config: ByteConfig & Config<'EXTENSION_MISMATCH'>,
  readMore?: ReadMore,
): Promise<DetectedType> {
  if (size === 0) throw new MediaError('EmptyFile', `Expected a file with content; ${file} has 0 bytes.`);
  const type = await detectMediaType(file, head, readMore);
  if (type.misnamed && config.EXTENSION_MISMATCH === 'refuse')
    throw new MediaError('MediaTypeMismatch', type.misnamed.refusal);
  const limit = maxBytes(type.kind, config);
  if (size > limit)
    throw new MediaError(
      'FileTooLarge',
      `Expected at most ${limit} bytes of ${type.label}; ${file} has ${size}.`,
    );
  return type;
}

/** Tells whether a file begins with a tag that is longer than its head, so that this shows no type. */
export const isTagOnly = (head: Buffer): boolean => id3v2Bytes(head) >= head.length;
