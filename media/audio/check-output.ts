import type { ProbeRun } from '../ffmpeg/probe-media.ts';
import { probeOutput } from '../ffmpeg/probe-output.ts';
import type { Encoder } from './plan.ts';

/**
 * Encoders pad the last frame and prepend a delay, which not every container declares: at most
 * three MP3 frames.
 */
const PADDING_SAMPLES = 3456;

export interface Checked {
  durationSeconds: number;
  /** Actual bitrate in bit/s. */
  bitrate: number;
}

/**
 * Checks a finished file with ffprobe: format, codec, channels, sample rate, and a duration within
 * 1 % (50 ms) of the decoded audio. Throws a plain error, since a wrong output is our fault and
 * never the uploader's.
 */
export async function checkOutput(
  encoder: Encoder,
  seconds: number,
  look: Omit<ProbeRun, 'input'>,
): Promise<Checked> {
  const probe = await probeOutput({ ...look, input: encoder.file });
  const [track] = probe.audio;
  const duration = track?.durationSeconds ?? probe.durationSeconds ?? 0;
  const slack = Math.max(0.05, seconds * 0.01);
  const problems = [
    probe.format !== encoder.format && `format ${probe.format} instead of ${encoder.format}`,
    track?.codec !== encoder.output.codec && `codec ${track?.codec} instead of ${encoder.output.codec}`,
    track?.channels !== encoder.channels && `${track?.channels} channels instead of ${encoder.channels}`,
    track?.sampleRate !== (encoder.output.codec === 'opus' ? 48_000 : encoder.sampleRate) &&
      `${track?.sampleRate} Hz`,
    duration < seconds - slack && `${duration} s instead of ${seconds} s`,
    duration > seconds + slack + PADDING_SAMPLES / encoder.sampleRate &&
      `${duration} s instead of ${seconds} s`,
  ].filter((problem) => problem !== false);
  if (problems.length > 0) throw new Error(`${encoder.file} is not as planned: ${problems.join(', ')}.`);
  return { durationSeconds: duration, bitrate: track?.bitrate ?? probe.bitrate ?? encoder.bitrate };
}
