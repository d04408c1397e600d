import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MediaError } from '../../base/errors.ts';
import { type FfmpegRun, runFfmpeg } from '../ffmpeg/run-ffmpeg.ts';
import type { AudioSource } from './audio-source.ts';
import { missingWavBytes, oggEnd } from './container-ends.ts';
import { announcedMp3Frames, endsWithinMp3Frame, id3v2Bytes } from './mp3-frames.ts';

export interface ExpectedLength {
  seconds: number;
  /** Seconds by which the decoded audio may fall short. */
  slackSeconds: number;
  notes: string[];
}

export type Look = Pick<FfmpegRun, 'cwd' | 'maxPixels' | 'timeoutSeconds' | 'signal'> & { input: string };

/**
 * Raw frame streams without an index: ffprobe estimates their duration from the bitrate, which is
 * far off for VBR.
 */
const UNINDEXED = ['mp3', 'aac', 'amr', 'ac3', 'eac3'];
export const isUnindexed = ({ format }: Pick<AudioSource, 'format'>) => UNINDEXED.includes(format);
const KiB = 1024;
export const MAY_BE_CUT = 'The recording has no end marker: it may have been truncated before the upload.';
/** Encoder delay and padding, which players and decoders trim: at most two MP3 or AAC frames. */
const PADDING_SAMPLES = 2304;

/**
 * Returns the duration that the file declares. Throws `CorruptMedia` if the file ends before that.
 */
export async function expectedLength(source: AudioSource, look: Look): Promise<ExpectedLength> {
  const padding = isUnindexed(source) ? PADDING_SAMPLES / source.sampleRate : 0;
  const declared = isUnindexed(source) ? undefined : source.durationSeconds;
  const seconds = declared ?? (await countedSeconds(source, look));
  const mayBeCut = await endIsUncertain(source, join(look.cwd, look.input), seconds);
  const slack = Math.max(0.05, seconds * 0.01, padding);
  return { seconds, slackSeconds: slack, notes: mayBeCut ? [MAY_BE_CUT] : [] };
}

/** Reads the frames without decoding them: takes a second for ten hours. */
async function countedSeconds({ index }: AudioSource, look: Look): Promise<number> {
  let seconds = 0;
  await runFfmpeg({
    ...look,
    outputs: [{ args: ['-map', `0:${index}`, '-c', 'copy', '-f', 'null'], target: 'none' }],
    onProgress: (progress) => {
      seconds = progress.seconds;
    },
  });
  return seconds;
}

/**
 * Returns true if the format cannot distinguish a truncated file from a complete one, and this one
 * looks truncated. Throws if the format can tell.
 */
async function endIsUncertain(source: AudioSource, file: string, seconds: number): Promise<boolean> {
  const { size } = await stat(file);
  if (source.format === 'mp3') {
    const tag = id3v2Bytes(await bytesOf(file, 0, 10));
    const announced = announcedMp3Frames(await bytesOf(file, tag, 4 * KiB));
    const found = Math.round((seconds * source.sampleRate) / (source.sampleRate >= 32_000 ? 1152 : 576));
    // `seconds` excludes the encoder delay, up to two frames, so that the end must tell about these.
    if (announced !== undefined && found + 2 < announced)
      throw cut(`its header declares ${announced} frames, got ${found}`);
    return endsWithinMp3Frame(await bytesOf(file, size - 16 * KiB, 16 * KiB));
  }
  if (source.format === 'wav') {
    const missing = missingWavBytes(await bytesOf(file, 0, 64 * KiB), size);
    if (missing > 0) throw cut(`${missing} bytes that its header declares are missing`);
  }
  if (source.format === 'ogg') {
    const end = oggEnd(await bytesOf(file, size - 128 * KiB, 128 * KiB));
    if (end === 'cut') throw cut('it ends in the middle of a page');
    return end === 'unmarked';
  }
  return false;
}

export const cut = (how: string) => new MediaError('CorruptMedia', `The file is truncated: ${how}.`);

async function bytesOf(file: string, position: number, length: number): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, Math.max(0, position));
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
