import { MediaError } from '../../base/errors.ts';
import type { MediaProbe } from './media-probe.ts';
import { parseProbe } from './parse-probe.ts';
import { type FfprobeRun, runFfprobe } from './run-ffprobe.ts';

/** Tags may have any size; nothing needs more than this. */
const MAX_ANSWER = 4 * 1024 * 1024;
const PROBE_SECONDS = 60;

export type ProbeRun = Omit<FfprobeRun, 'timeoutSeconds'> & { timeoutSeconds?: number };

/**
 * Probes a file. Throws `CorruptMedia` or `UnsupportedMediaType` if it is not audio or video at
 * all.
 */
export async function probeMedia(run: ProbeRun): Promise<MediaProbe> {
  const probe = await probeOnce(run);
  const isUnclear =
    probe.audio.some(({ sampleRate, channels, isDecodable }) => isDecodable && !(sampleRate && channels)) ||
    (probe.video.some(({ width, isDecodable }) => isDecodable && !width) && !probe.hasTooManyPixels);
  return isUnclear ? probeOnce({ ...run, probeLength: 'long' }) : probe;
}

async function probeOnce(run: ProbeRun): Promise<MediaProbe> {
  let answer = '';
  const args = ['-show_format', '-show_streams', '-of', 'json=compact=1'];
  const { log, unlisted } = await runFfprobe({ timeoutSeconds: PROBE_SECONDS, ...run }, args, (text) => {
    answer = (answer + text).slice(0, MAX_ANSWER + 1);
  });
  if (answer.length > MAX_ANSWER)
    throw new MediaError('CorruptMedia', `Expected at most ${MAX_ANSWER} characters of tags, got more.`);
  // ffprobe omits the size of such a track and reports no other problem.
  const hasTooManyPixels = /exceeds specified max pixel count/.test(log);
  return { ...parseProbe(JSON.parse(answer), unlisted), hasTooManyPixels, probeLength: run.probeLength };
}
