import { MediaError } from '../../base/errors.ts';
import { lineReader } from './line-reader.ts';

/** Damage to the input, as found in a run's log. */
export interface Damage {
  /**
   * Number of frames and packets lost or concealed. A few in a long recording are normal; more mean
   * a corrupt file.
   */
  frames: number;
  /** The file ends before its own structure says it should. */
  truncated: boolean;
}

const DAMAGED =
  /: corrupt decoded frame in stream|^Error while decoding stream|: corrupt input packet in stream|CRC mismatch!$|CRC error at PTS/;
/**
 * Logged for a truncated file by the mov, matroska and avi/flv demuxers; ffmpeg continues and exits
 * with 0. For MPEG-TS, `Packet corrupt` appears after any disturbed reception, and truncation is no
 * error: the format has no end marker.
 */
const TRUNCATED =
  /: partial file$|File ended prematurely|^\[(?!mpegts)\w[\w,]* @ 0x[0-9a-f]+\] Packet corrupt/;

/**
 * Counts damage in ffmpeg's log, line by line (needs `-loglevel repeat+warning`). The exit code and
 * `-max_error_rate` are not enough, since they only see frames that were not decoded at all. With
 * 100 bits flipped in 5 s of H.264, the decoder concealed errors in 15 of 151 frames, and neither
 * reported anything. `-xerror` instead stops at the first error, so that one bad packet would cost
 * the user a two-hour recording.
 */
export function damageReader(): { damage: Damage; read(chunk: Buffer | string): void } {
  const damage: Damage = { frames: 0, truncated: false };
  const read = (line: string) => {
    if (DAMAGED.test(line)) damage.frames++;
    if (TRUNCATED.test(line)) damage.truncated = true;
  };
  return { damage, read: lineReader(read, { longest: 2048 }) };
}

/** Share of its frames or length whose loss makes a file corrupt. */
const MOST = 0.5;
/** Seconds that a truncated file must still play; less is next to nothing. */
const LEAST_SECONDS = 0.5;

/**
 * Judges damage in sound and video alike: a bad spot is noted, since the rest is worth having.
 * Throws `CorruptMedia` if most of the file is damaged.
 */
export function judgeDamagedFrames({ frames }: Pick<Damage, 'frames'>, total: number): string[] {
  if (frames > total * MOST)
    throw new MediaError('CorruptMedia', `Expected few damaged frames of ${total}, got ${frames}.`);
  return frames > 0 ? [`${frames} of ${total} frames of the upload are damaged.`] : [];
}

/**
 * Judges how much of a file was decoded, in seconds. Returns a note if that is less than expected;
 * throws `CorruptMedia` if it is less than half.
 */
export function judgeShortfall({
  expected,
  got,
  slack,
}: Record<'expected' | 'got' | 'slack', number>): string[] {
  const lengths = `expected ${expected.toFixed(2)} s, got ${got.toFixed(2)} s`;
  if (got < expected * MOST - slack)
    throw new MediaError('CorruptMedia', `Most of the upload cannot be decoded: ${lengths}.`);
  return got < expected - slack ? [`Parts of the upload cannot be decoded: ${lengths}.`] : [];
}

/**
 * Judges a file that lacks its end. Returns a note if its playable part is kept; throws
 * `CorruptMedia` if it is refused (`TRUNCATED_MEDIA`).
 */
export function judgeTruncated(how: string, setting: 'keep' | 'refuse'): string[] {
  if (setting === 'refuse') throw new MediaError('CorruptMedia', `The file is truncated: ${how}.`);
  return [`The file is truncated: ${how}. Its playable part was used.`];
}

/** Throws `CorruptMedia` if next to nothing of a truncated file can be played. */
export function assertWorthKeeping(seconds: number): void {
  if (seconds < LEAST_SECONDS)
    throw new MediaError(
      'CorruptMedia',
      `The file is truncated: expected at least ${LEAST_SECONDS} s of it, got ${seconds.toFixed(2)} s.`,
    );
}
