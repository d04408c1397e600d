import type { JobProgress } from '../progress.ts';

/** Percentage of the whole job at which each phase begins. */
const BEGINS = { analyze: 2, measure: 4, transcode: 20, publish: 96 };
export type Phase = keyof typeof BEGINS;

/**
 * Reports phases, and within a phase the seconds of audio done and the remaining time at the
 * current speed.
 */
export function progressReporter(onProgress: (progress: JobProgress) => void) {
  const begun = new Map<Phase, number>();
  return {
    begin(phase: Phase) {
      onProgress({ phase, percent: BEGINS[phase] });
    },
    done(phase: 'measure' | 'transcode', seconds: number, total: number) {
      const now = performance.now();
      if (!begun.has(phase)) begun.set(phase, now);
      const elapsed = (now - (begun.get(phase) ?? now)) / 1000;
      const share = total > 0 ? Math.min(1, seconds / total) : 0;
      const end = phase === 'measure' ? BEGINS.transcode : BEGINS.publish;
      const isSteady = share > 0 && elapsed > 1;
      onProgress({
        phase,
        percent: BEGINS[phase] + (end - BEGINS[phase]) * share,
        etaSeconds: isSteady ? Math.ceil((elapsed * (1 - share)) / share) : undefined,
      });
    },
  };
}
