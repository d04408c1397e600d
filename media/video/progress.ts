import type { FfmpegProgress } from '../ffmpeg/progress-reader.ts';
import type { JobProgress } from '../progress.ts';

/** Percentage of the whole job at which each phase begins. */
export const BEGINS = { analyze: 2, pictures: 4, transcode: 6, publish: 96 };
export type Phase = keyof typeof BEGINS;

/**
 * Reports phases, and during encoding the position with the remaining seconds at the current speed.
 * Never decreases.
 */
export function progressReporter(onProgress: (progress: JobProgress) => void, durationSeconds: () => number) {
  let reached = 0;
  const report = (phase: Phase, percent: number, etaSeconds?: number) => {
    reached = Math.max(reached, Math.round(percent * 10) / 10);
    onProgress({ phase, percent: reached, ...(etaSeconds === undefined ? {} : { etaSeconds }) });
  };
  return {
    begin: (phase: Phase) => report(phase, BEGINS[phase]),
    encoded({ seconds, speed }: FfmpegProgress) {
      const total = durationSeconds();
      const share = Math.min(1, seconds / total);
      const eta = speed > 0 ? Math.ceil(Math.max(0, total - seconds) / speed) : undefined;
      report('transcode', BEGINS.transcode + (BEGINS.publish - BEGINS.transcode) * share, eta);
    },
  };
}
