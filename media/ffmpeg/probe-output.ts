import { MediaError } from '../../base/errors.ts';
import type { MediaProbe } from './media-probe.ts';
import { type ProbeRun, probeMedia } from './probe-media.ts';

/**
 * Probes a file that was made here. If it cannot be read, that is our fault and never the
 * uploader's, so this throws a plain error, which ends the job FAILED.
 */
export async function probeOutput(run: ProbeRun): Promise<MediaProbe> {
  return probeMedia(run).catch((error) => {
    if (error instanceof MediaError && error.category !== 'processing') throw error;
    throw new Error(`${run.input} cannot be read back: ${error.message}`, { cause: error });
  });
}
