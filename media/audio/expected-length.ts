import { join } from 'node:path';
import { type ReadAt, withReader } from '../../base/read-at.ts';
import { id3v2Bytes } from '../kinds/mpeg-audio.ts';
import { announcedBytes } from '../video/source/announced-size.ts';
import type { AudioSource } from './audio-source.ts';
import { missingBytes, oggEnd } from './container-ends.ts';
import type { Look } from './look.ts';
import { announcedMp3Frames, endsWithinMp3Frame } from './mp3-frames.ts';
import { scanTrack, type TrackScan } from './scan-track.ts';
import { hasTimestamps } from './timeline.ts';

export interface ExpectedLength {
  seconds: number;
  /** Seconds by which the decoded audio may fall short. */
  slackSeconds: number;
  /** Packets of the track; undefined for bare PCM, of which every sample decodes. */
  packets?: number | undefined;
  /** How the file shows that its end is missing; undefined if it does not. */
  truncated?: string | undefined;
  notes: string[];
}

/** Raw frame streams without an index, made to be joined and cut. */
const UNINDEXED = ['mp3', 'aac', 'amr', 'ac3', 'eac3'];
export const isUnindexed = ({ format }: Pick<AudioSource, 'format'>) => UNINDEXED.includes(format);
/** Formats whose header has the duration of the recording. ASF's is an estimate. */
const KNOWS_LENGTH = /^(matroska|flv|flac)/;
const KiB = 1024;
export const MAY_BE_CUT = 'The recording has no end marker: it may have been truncated before the upload.';
/**
 * Encoder delay and padding, which players and decoders trim: iTunes' 2,112 samples and a frame, at
 * both rates of HE-AAC.
 */
const PADDING_SAMPLES = 2 * (2112 + 1024);
/** Least of what a duration may be off: timestamps are rounded, and the last packet may be short. */
const LEAST_SLACK = 0.05;

/**
 * Returns the length of the recording, and what shows that it has lost its end. Throws
 * `UnsupportedMediaType` if it is encrypted.
 */
export async function expectedLength(source: AudioSource, look: Look): Promise<ExpectedLength> {
  const isPcm = source.codec.startsWith('pcm_') && !hasTimestamps(source);
  const scan = isPcm ? undefined : await scanTrack(source, look);
  const end = await withReader(join(look.cwd, look.input), (read, size) => endOf(source, scan, read, size));
  // Without any duration of a packet, the header's is the best guess.
  const seconds = scan?.seconds || Math.min(source.durationSeconds ?? 0, end.mostSeconds);
  const isExact = source.codec === 'flac' || !scan;
  const padding = isExact ? 0 : PADDING_SAMPLES / source.sampleRate;
  return {
    seconds,
    slackSeconds: Math.max(LEAST_SLACK, seconds * 0.01, padding),
    packets: scan?.packets,
    truncated: end.truncated ?? (scan && shortOf(source, scan)),
    notes: [...(end.mayBeCut ? [MAY_BE_CUT] : []), ...(scan ? oddTimes(scan) : [])],
  };
}

/** Says by how much the packets fall short of the header's duration, if they do. */
function shortOf(source: AudioSource, { damage, endSeconds = 0, seconds }: TrackScan): string | undefined {
  if (damage.truncated && !isUnindexed(source)) return 'its end is missing';
  const declared = KNOWS_LENGTH.test(source.format) ? (source.durationSeconds ?? 0) : 0;
  const got = Math.max(endSeconds, seconds);
  return got < declared - Math.max(LEAST_SLACK, declared * 0.01)
    ? `expected ${declared.toFixed(2)} s of audio, got ${got.toFixed(2)} s`
    : undefined;
}

function oddTimes({ holeSeconds, jumps }: TrackScan): string[] {
  return [
    ...(holeSeconds > 0
      ? [`${holeSeconds.toFixed(2)} s of the recording are missing; silence fills them.`]
      : []),
    ...(jumps > 0
      ? ['The timestamps of the recording jump ahead by more than ten minutes; the parts were joined.']
      : []),
  ];
}

interface End {
  truncated?: string | undefined;
  /** The format cannot tell a truncated file from a complete one, and this one looks truncated. */
  mayBeCut?: boolean;
  /** Seconds that the file's bytes can hold, where they are PCM. */
  mostSeconds: number;
}

async function endOf(
  source: AudioSource,
  scan: TrackScan | undefined,
  read: ReadAt,
  size: number,
): Promise<End> {
  const mostSeconds = source.bitrate ? (size * 8) / source.bitrate : Number.POSITIVE_INFINITY;
  return { mostSeconds, ...(await judgeEnd(source, scan, read, size)) };
}

async function judgeEnd(
  { format }: AudioSource,
  scan: TrackScan | undefined,
  read: ReadAt,
  size: number,
): Promise<Omit<End, 'mostSeconds'>> {
  if (format === 'mp3') {
    const announced = announcedMp3Frames(await read(id3v2Bytes(await read(0, 10)), 4 * KiB));
    const found = scan?.packets ?? 0;
    // Encoders disagree on whether the header's own frame counts.
    if (announced !== undefined && found + 1 < announced)
      return { truncated: `its header declares ${announced} frames, got ${found}` };
    return { mayBeCut: endsWithinMp3Frame(await read(size - 16 * KiB, 16 * KiB)) };
  }
  if (format === 'ogg') {
    const end = oggEnd(await read(size - 128 * KiB, 128 * KiB));
    return end === 'cut'
      ? { truncated: 'it ends in the middle of a page' }
      : { mayBeCut: end === 'unmarked' };
  }
  const announced = format === 'asf' ? (announcedBytes(await read(0, 64 * KiB)) ?? 0) : 0;
  const missing = Math.max(announced - size, await missingBytes(read, size, format));
  return missing > 0 ? { truncated: `${missing} bytes that its header declares are missing` } : {};
}
